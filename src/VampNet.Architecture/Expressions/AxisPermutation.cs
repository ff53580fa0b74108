using System.Buffers;
using System.Collections.Immutable;

namespace VampNet.Architecture.Expressions;

/// <summary>A tensor of any rank with its axes in another order, as <c>numpy.transpose</c> defines it.</summary>
internal sealed class AxisPermutation(WeightExpression tensor, ImmutableArray<int> permutation)
    : WeightExpression([.. permutation.Select(axis => tensor.Shape[axis])])
{
    public override int BlockRows => RowCount;

    public override void ReadRows(int firstRow, Span<float> destination)
    {
        float[] whole = ArrayPool<float>.Shared.Rent(tensor.ElementCount);
        tensor.ReadRows(0, whole.AsSpan(0, tensor.ElementCount));
        int[] strides = PermutedStrides();
        Span<int> index = stackalloc int[Shape.Length];
        index[0] = firstRow;
        int offset = firstRow * strides[0];
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = whole[offset];
            for (int axis = index.Length - 1; axis >= 0; axis--)
            {
                offset += strides[axis];
                if (++index[axis] < Shape[axis] || axis == 0)
                {
                    break;
                }

                offset -= strides[axis] * Shape[axis];
                index[axis] = 0;
            }
        }

        ArrayPool<float>.Shared.Return(whole);
    }

    private int[] PermutedStrides()
    {
        int[] strides = new int[tensor.Shape.Length];
        int stride = 1;
        for (int axis = strides.Length - 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= tensor.Shape[axis];
        }

        return [.. permutation.Select(axis => strides[axis])];
    }
}
