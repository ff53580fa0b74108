using System.Collections.Immutable;
using VampNet.Architecture.Expressions;
using VampNet.Checkpoints;

namespace VampNet.Architecture.Binding;

/// <summary>The bound weights of a model under construction, by name and in order.</summary>
internal sealed class WeightCollection
{
    private readonly OrderedDictionary<string, BoundWeight> _weights = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, BoundWeight> ByName => _weights;

    /// <summary>Adds a weight, unless one of its parts could not be claimed: then the claims hold the problem.</summary>
    public void Add(string name, TensorSource? source) => Add(name, source, [], [source]);

    public void Add(string name, WeightExpression? expression, ImmutableArray<string> transforms, ReadOnlySpan<TensorSource?> sources)
    {
        if (expression is not null)
        {
            _weights.Add(name, new BoundWeight(name, expression, [.. sources.ToArray().Select(source => source!.Tensor)], transforms));
        }
    }

    public void AddFolded(string name, TensorSource? magnitude, TensorSource? direction)
    {
        WeightNormFold? fold = magnitude is null || direction is null ? null : new WeightNormFold(name, magnitude, direction);
        Add(name, fold, ["weight-norm-fold(axis=0)"], [magnitude, direction]);
    }

    public ILookup<CheckpointTensor, BoundWeight> BySource() =>
        _weights
            .Values.SelectMany(weight => weight.Sources.Select(source => (source, weight)))
            .ToLookup(pair => pair.source, pair => pair.weight);
}
