using System.Buffers;
using System.Numerics.Tensors;

namespace VampNet.Architecture.Expressions;

/// <summary>
/// W + scale * (B @ A), row by row. Shapes: W [out, in], A [rank, in], B [out, rank].
/// Source: loralib 0.1.2, <c>Linear.train</c>, which merges in this order.
/// </summary>
internal sealed class LoraMerge(WeightExpression weight, WeightExpression a, WeightExpression b, float scale)
    : WeightExpression(weight.Shape)
{
    public override int BlockRows => weight.BlockRows;

    public override void ReadRows(int firstRow, Span<float> destination)
    {
        int rank = b.RowLength;
        int rows = destination.Length / RowLength;
        float[] scratch = ArrayPool<float>.Shared.Rent(a.ElementCount + (rows * rank) + RowLength);
        Span<float> down = scratch.AsSpan(0, a.ElementCount);
        Span<float> up = scratch.AsSpan(a.ElementCount, rows * rank);
        Span<float> delta = scratch.AsSpan(a.ElementCount + (rows * rank), RowLength);

        weight.ReadRows(firstRow, destination);
        a.ReadRows(0, down);
        b.ReadRows(firstRow, up);
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<float> factors = up.Slice(row * rank, rank);
            TensorPrimitives.Multiply(down[..RowLength], factors[0], delta);
            for (int k = 1; k < rank; k++)
            {
                TensorPrimitives.MultiplyAdd(down.Slice(k * RowLength, RowLength), factors[k], delta, delta);
            }

            Span<float> merged = destination.Slice(row * RowLength, RowLength);
            TensorPrimitives.MultiplyAdd(delta, scale, merged, merged);
        }

        ArrayPool<float>.Shared.Return(scratch);
    }
}
