using System.Collections.Immutable;
using System.Numerics;
using VampNet.Checkpoints;
using VampNet.Checkpoints.Metadata;

namespace VampNet.Architecture.Tests;

/// <summary>A golden checkpoint with something changed, written and read again in memory.</summary>
internal sealed class EditedCheckpoint(string golden)
{
    private readonly OrderedDictionary<string, TensorEntry> _tensors = [];
    private readonly Dictionary<string, MetadataValue?> _kwargs = [];
    private readonly HashSet<string> _removed = [];

    public EditedCheckpoint With(string name, float[] values, params long[] shape) => With(TensorEntry.From(name, values, shape));

    public EditedCheckpoint With(TensorEntry tensor)
    {
        _tensors[tensor.Name] = tensor;
        return this;
    }

    public EditedCheckpoint Without(params string[] names)
    {
        _removed.UnionWith(names);
        return this;
    }

    public EditedCheckpoint WithoutKwarg(string key)
    {
        _kwargs[key] = null;
        return this;
    }

    public EditedCheckpoint WithKwarg(string key, MetadataValue value)
    {
        _kwargs[key] = value;
        return this;
    }

    public EditedCheckpoint WithKwarg(string key, long value) => WithKwarg(key, new MetadataValue.Integer(value));

    public EditedCheckpoint WithRates(string key, params long[] values) =>
        WithKwarg(
            key,
            new MetadataValue.Sequence(
                MetadataValue.SequenceKind.List,
                [.. values.Select(value => new MetadataValue.Integer(new BigInteger(value)))]
            )
        );

    /// <summary>Keeps only tensors whose names satisfy the condition.</summary>
    public EditedCheckpoint Keeping(Func<string, bool> condition)
    {
        using Checkpoint source = GoldenModels.Open(golden);
        return Without([.. source.Tensors.Keys.Where(name => !condition(name))]);
    }

    public Checkpoint Open()
    {
        using Checkpoint source = GoldenModels.Open(golden);
        TensorEntry[] tensors =
        [
            .. source
                .TensorList.Where(tensor => !_removed.Contains(tensor.Name) && !_tensors.ContainsKey(tensor.Name))
                .Select(TensorEntry.From),
            .. _tensors.Values,
        ];
        using var stream = new MemoryStream();
        PthWriter.Write(stream, tensors, Metadata(source.Metadata));
        return Checkpoint.Read(stream.ToArray(), "edited.pth");
    }

    public MetadataValue Metadata()
    {
        using Checkpoint source = GoldenModels.Open(golden);
        return Metadata(source.Metadata);
    }

    private MetadataValue.Mapping Metadata(MetadataValue original)
    {
        var kwargs = (MetadataValue.Mapping)original["kwargs"]!;
        IEnumerable<KeyValuePair<MetadataValue, MetadataValue>> kept = kwargs.Entries.Where(entry =>
            !_kwargs.ContainsKey(entry.Key.AsText())
        );
        IEnumerable<KeyValuePair<MetadataValue, MetadataValue>> set = _kwargs
            .Where(entry => entry.Value is not null)
            .Select(entry => KeyValuePair.Create<MetadataValue, MetadataValue>(new MetadataValue.Text(entry.Key), entry.Value!));
        ImmutableArray<KeyValuePair<MetadataValue, MetadataValue>> all = [.. kept, .. set];
        return new MetadataValue.Mapping([
            KeyValuePair.Create<MetadataValue, MetadataValue>(new MetadataValue.Text("kwargs"), new MetadataValue.Mapping(all)),
        ]);
    }
}
