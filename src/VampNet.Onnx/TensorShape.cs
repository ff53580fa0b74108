using System.Collections;
using System.Collections.Immutable;

namespace VampNet.Onnx;

/// <summary>
/// The axis lengths of a tensor of known rank, outermost first; a scalar has none. Immutable; equal when all lengths are. A tensor
/// of unknown rank has no shape: null stands for it.
/// </summary>
public sealed class TensorShape : IEquatable<TensorShape>, IReadOnlyList<Dim>
{
    /// <summary>The shape of a scalar: rank 0.</summary>
    public static readonly TensorShape Scalar = new(ImmutableArray<Dim>.Empty);

    /// <summary>A shape of the given lengths.</summary>
    public TensorShape(params ImmutableArray<Dim> dims) => Dims = dims.IsDefault ? [] : dims;

    /// <summary>A shape of the given lengths.</summary>
    public TensorShape(IEnumerable<Dim> dims)
        : this([.. dims]) { }

    /// <summary>The axis lengths, outermost first.</summary>
    public ImmutableArray<Dim> Dims { get; }

    /// <summary>The number of axes, 0 or more.</summary>
    public int Rank => Dims.Length;

    /// <summary>The number of axes; the same as <see cref="Rank"/>.</summary>
    public int Count => Rank;

    /// <summary>Whether every axis length is a number.</summary>
    public bool IsStatic => Dims.All(static dim => dim.IsConstant);

    /// <summary>The number of elements: the product of the axis lengths, 1 for a scalar.</summary>
    /// <exception cref="OverflowException">It exceeds what a <see cref="Dim"/> holds.</exception>
    public Dim ElementCount => Dims.Aggregate(Dim.One, static (product, dim) => product * dim);

    /// <summary>The length of an axis, counted from 0, or from the end with <c>^</c>.</summary>
    public Dim this[int axis] => Dims[axis];

    /// <summary>A shape of numbers.</summary>
    public static TensorShape Of(params ReadOnlySpan<long> lengths)
    {
        ImmutableArray<Dim>.Builder dims = ImmutableArray.CreateBuilder<Dim>(lengths.Length);
        foreach (long length in lengths)
        {
            dims.Add(length);
        }

        return new(dims.MoveToImmutable());
    }

    /// <summary>A shape of the given rank whose lengths are all unknown.</summary>
    public static TensorShape OfRank(int rank) => new(Enumerable.Range(0, rank).Select(static _ => Dim.Unknown()));

    /// <summary>The axis lengths as numbers, when all are.</summary>
    public bool TryGetConstants(out ImmutableArray<long> lengths)
    {
        lengths = IsStatic ? [.. Dims.Select(static dim => dim.TryGetConstant(out long length) ? length : 0)] : [];
        return IsStatic;
    }

    /// <summary>This shape with another length for one axis.</summary>
    public TensorShape With(int axis, Dim length) => new(Dims.SetItem(axis, length));

    /// <inheritdoc/>
    public bool Equals(TensorShape? other) => other is not null && Dims.SequenceEqual(other.Dims);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TensorShape);

    /// <inheritdoc/>
    public override int GetHashCode() => Dims.Aggregate(Rank, HashCode.Combine);

    /// <summary>For example <c>[B, 14, T*768]</c>.</summary>
    public override string ToString() => $"[{string.Join(", ", Dims)}]";

    /// <inheritdoc/>
    public IEnumerator<Dim> GetEnumerator() => Dims.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
