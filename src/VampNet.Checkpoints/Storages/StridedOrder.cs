using System.Collections.Immutable;

namespace VampNet.Checkpoints.Storages;

/// <summary>Row-major traversal of a strided view.</summary>
internal static class StridedOrder
{
    /// <summary>Number of elements from the first to the last of the view, both included; 0 when it is empty.</summary>
    public static long Span(ImmutableArray<long> shape, ImmutableArray<long> strides)
    {
        long last = 0;
        for (int axis = 0; axis < shape.Length; axis++)
        {
            if (shape[axis] == 0)
            {
                return 0;
            }

            last = checked(last + (shape[axis] - 1) * strides[axis]);
        }

        return last + 1;
    }

    /// <summary>Copies the view's elements, each of <paramref name="size"/> bytes, to <paramref name="destination"/> in row-major
    /// order.</summary>
    public static void Gather(
        ReadOnlySpan<byte> source,
        ImmutableArray<long> shape,
        ImmutableArray<long> strides,
        int size,
        Span<byte> destination
    )
    {
        long[] index = new long[shape.Length];
        long element = 0;
        for (int at = 0; at < destination.Length; at += size)
        {
            source.Slice((int)(element * size), size).CopyTo(destination[at..]);
            for (int axis = shape.Length - 1; axis >= 0; axis--)
            {
                element += strides[axis];
                if (++index[axis] < shape[axis])
                {
                    break;
                }

                element -= shape[axis] * strides[axis];
                index[axis] = 0;
            }
        }
    }
}
