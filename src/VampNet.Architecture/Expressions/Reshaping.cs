using System.Buffers;
using System.Collections.Immutable;

namespace VampNet.Architecture.Expressions;

/// <summary>The same elements in the same order under another shape.</summary>
internal sealed class Reshaping(WeightExpression tensor, ImmutableArray<int> shape) : WeightExpression(shape)
{
    public override int BlockRows => tensor.BlockRows == tensor.RowCount ? RowCount : base.BlockRows;

    public override void ReadRows(int firstRow, Span<float> destination)
    {
        int first = firstRow * RowLength;
        int firstInner = first / tensor.RowLength;
        int innerRows = ((first + destination.Length - 1) / tensor.RowLength) - firstInner + 1;
        int innerElements = innerRows * tensor.RowLength;
        if (innerElements == destination.Length)
        {
            tensor.ReadRows(firstInner, destination);
            return;
        }

        float[] scratch = ArrayPool<float>.Shared.Rent(innerElements);
        tensor.ReadRows(firstInner, scratch.AsSpan(0, innerElements));
        scratch.AsSpan(first - (firstInner * tensor.RowLength), destination.Length).CopyTo(destination);
        ArrayPool<float>.Shared.Return(scratch);
    }
}
