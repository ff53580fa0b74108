using System.Buffers;
using System.Collections.Immutable;

namespace VampNet.Architecture.Expressions;

/// <summary>A tensor with its rows in another order: row i is row order[i] of the tensor. The order may repeat or leave out rows.</summary>
internal sealed class RowPermutation(WeightExpression tensor, ImmutableArray<int> order)
    : WeightExpression(tensor.Shape.SetItem(0, order.Length))
{
    public override int BlockRows => tensor.BlockRows < tensor.RowCount ? base.BlockRows : RowCount;

    public override void ReadRows(int firstRow, Span<float> destination)
    {
        ReadOnlySpan<int> rows = order.AsSpan(firstRow, destination.Length / RowLength);
        if (tensor.BlockRows < tensor.RowCount)
        {
            for (int i = 0; i < rows.Length; i++)
            {
                tensor.ReadRows(rows[i], destination.Slice(i * RowLength, RowLength));
            }

            return;
        }

        float[] whole = ArrayPool<float>.Shared.Rent(tensor.ElementCount);
        tensor.ReadRows(0, whole.AsSpan(0, tensor.ElementCount));
        for (int i = 0; i < rows.Length; i++)
        {
            whole.AsSpan(rows[i] * RowLength, RowLength).CopyTo(destination[(i * RowLength)..]);
        }

        ArrayPool<float>.Shared.Return(whole);
    }
}
