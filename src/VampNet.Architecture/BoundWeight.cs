using System.Collections.Immutable;
using System.Globalization;
using VampNet.Architecture.Expressions;
using VampNet.Checkpoints;

namespace VampNet.Architecture;

/// <summary>
/// A weight of the model as float32, computed from checkpoint tensors each time it is read. Immutable; holds no elements;
/// may be read from several threads. Valid while the checkpoints it came from are open.
/// </summary>
public sealed class BoundWeight
{
    private readonly WeightExpression _expression;

    internal BoundWeight(
        string name,
        WeightExpression expression,
        ImmutableArray<CheckpointTensor> sources,
        ImmutableArray<string> transforms
    )
    {
        Name = name;
        _expression = expression;
        Sources = sources;
        Transforms = transforms;
    }

    /// <summary>The path of the PyTorch parameter this stands for once LoRA is merged and weight norm folded.</summary>
    public string Name { get; }

    /// <summary>The dimensions; every one is at least 1.</summary>
    public ImmutableArray<int> Shape => _expression.Shape;

    /// <summary>The product of the dimensions.</summary>
    public int ElementCount => _expression.ElementCount;

    /// <summary>The checkpoint tensors this is computed from.</summary>
    public ImmutableArray<CheckpointTensor> Sources { get; }

    /// <summary>The transforms of the sources, in order, such as <c>lora-merge(alpha/r=1/8)</c> then <c>transpose(1,0)</c>.</summary>
    public ImmutableArray<string> Transforms { get; }

    /// <summary>Writes all elements in row-major order.</summary>
    /// <param name="destination">Exactly <see cref="ElementCount"/> elements.</param>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    /// <exception cref="ArchitectureException">VNA0301: a weight-norm direction has the norm 0.</exception>
    public void Materialize(Span<float> destination)
    {
        if (destination.Length != ElementCount)
        {
            throw new ArgumentException(
                $"{Name} has {ElementCount} elements; the destination has {destination.Length}.",
                nameof(destination)
            );
        }

        int rowLength = _expression.RowLength;
        int block = _expression.BlockRows;
        for (int row = 0; row < _expression.RowCount; row += block)
        {
            int rows = Math.Min(block, _expression.RowCount - row);
            _expression.ReadRows(row, destination.Slice(row * rowLength, rows * rowLength));
        }
    }

    /// <summary>All elements in row-major order, in a new array.</summary>
    public float[] ToArray()
    {
        float[] elements = new float[ElementCount];
        Materialize(elements);
        return elements;
    }

    /// <summary>The same tensor with its axes in the given order: axis i of the result is axis permutation[i] of this.</summary>
    /// <exception cref="ArgumentException">Not a permutation of the axes.</exception>
    public BoundWeight Transpose(params ReadOnlySpan<int> permutation)
    {
        ImmutableArray<int> order = [.. permutation];
        if (!order.Order().SequenceEqual(Enumerable.Range(0, Shape.Length)))
        {
            throw new ArgumentException(
                $"[{string.Join(", ", order)}] is no permutation of the {Shape.Length} axes of {Name}.",
                nameof(permutation)
            );
        }

        WeightExpression result = order is [1, 0] ? new Transposition(_expression) : new AxisPermutation(_expression, order);
        return With(result, $"transpose({string.Join(',', order)})");
    }

    /// <summary>Row i of the result is row order[i] of this, a row being a slice along axis 0.</summary>
    /// <param name="transform">Name of the transform in the ledger, such as <c>classifier-permute</c>.</param>
    /// <param name="order">Row numbers, each from 0 to Shape[0] - 1; rows may repeat or be left out.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public BoundWeight PermuteRows(string transform, ReadOnlySpan<int> order)
    {
        foreach (int row in order)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(row, nameof(order));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, _expression.RowCount, nameof(order));
        }

        return With(new RowPermutation(_expression, [.. order]), transform);
    }

    /// <summary>The rows from <paramref name="start"/> on, a row being a slice along axis 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are no such rows.</exception>
    public BoundWeight SliceRows(int start, int count) =>
        PermuteRows($"rows({start}..{start + count})", [.. Enumerable.Range(start, count)]);

    /// <summary>The same elements in the same order under another shape.</summary>
    /// <exception cref="ArgumentException">The shape has another number of elements.</exception>
    public BoundWeight Reshape(params ReadOnlySpan<int> shape)
    {
        if (WeightExpression.CountElements(shape) != ElementCount)
        {
            throw new ArgumentException(
                $"{Name} [{string.Join(", ", Shape)}] cannot be read as [{string.Join(", ", shape.ToArray())}].",
                nameof(shape)
            );
        }

        return With(new Reshaping(_expression, [.. shape]), $"reshape({string.Join(',', shape.ToArray())})");
    }

    /// <summary>Every element times a factor, rounded to float32.</summary>
    public BoundWeight Scale(float factor) =>
        With(new Scaling(_expression, factor), string.Create(CultureInfo.InvariantCulture, $"scale({factor})"));

    /// <summary>A weight computed from this one by a function of all its elements.</summary>
    /// <param name="transform">Name of the transform in the ledger.</param>
    /// <param name="shape">The shape of the result.</param>
    /// <param name="function">Pure: equal inputs give equal bits. Called each time the result is read.</param>
    public BoundWeight Map(string transform, ReadOnlySpan<int> shape, WeightFunction function) =>
        Combine(Name, transform, shape, [this], function);

    /// <summary>A weight computed from several by a function of all their elements.</summary>
    /// <param name="name">The name of the result.</param>
    /// <param name="transform">Name of the transform in the ledger.</param>
    /// <param name="shape">The shape of the result.</param>
    /// <param name="inputs">The weights the function reads.</param>
    /// <param name="function">Pure: equal inputs give equal bits. Called each time the result is read.</param>
    public static BoundWeight Combine(
        string name,
        string transform,
        ReadOnlySpan<int> shape,
        ReadOnlySpan<BoundWeight> inputs,
        WeightFunction function
    )
    {
        BoundWeight[] weights = inputs.ToArray();
        return Join(name, transform, new Mapping([.. weights.Select(weight => weight._expression)], [.. shape], function), weights);
    }

    /// <summary>Weights of equal row shape, one below the other along axis 0.</summary>
    /// <exception cref="ArgumentException">No parts, or parts whose rows differ in shape.</exception>
    public static BoundWeight ConcatRows(string name, params ReadOnlySpan<BoundWeight> parts)
    {
        BoundWeight[] weights = parts.ToArray();
        if (weights.Length == 0 || weights.Any(weight => !weight.Shape.AsSpan(1..).SequenceEqual(weights[0].Shape.AsSpan(1..))))
        {
            throw new ArgumentException($"The parts of {name} have rows of different shapes, or there are none.", nameof(parts));
        }

        return Join(name, "concat-rows", new Concatenation([.. weights.Select(weight => weight._expression)]), weights);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} [{string.Join(", ", Shape)}]";

    private BoundWeight With(WeightExpression expression, string transform) => new(Name, expression, Sources, Transforms.Add(transform));

    private static BoundWeight Join(string name, string transform, WeightExpression expression, BoundWeight[] inputs) =>
        new(
            name,
            expression,
            [.. inputs.SelectMany(weight => weight.Sources).Distinct()],
            [.. inputs.SelectMany(weight => weight.Transforms).Distinct(), transform]
        );
}

/// <summary>Computes a weight from the elements of others, all in row-major order.</summary>
/// <param name="inputs">The elements of each input.</param>
/// <param name="destination">Receives every element of the result; its former content is arbitrary.</param>
public delegate void WeightFunction(ReadOnlySpan<ReadOnlyMemory<float>> inputs, Span<float> destination);
