using System.Collections.Immutable;

namespace VampNet.Checkpoints.Storages;

/// <summary>The strided view of a tensor on its storage, in elements. Only made by <see cref="Create"/>, which checks everything.</summary>
internal sealed record TensorView(long Offset, ImmutableArray<long> Shape, ImmutableArray<long> Strides, long ElementCount)
{
    /// <summary>Whether the elements lie in row-major order without gaps. Axes of extent 1 may have any stride.</summary>
    public bool IsContiguous
    {
        get
        {
            long expected = 1;
            for (int axis = Shape.Length - 1; axis >= 0 && ElementCount > 0; axis--)
            {
                if (Shape[axis] != 1 && Strides[axis] != expected)
                {
                    return false;
                }

                expected *= Shape[axis];
            }

            return true;
        }
    }

    /// <summary>A view of the whole of a storage that holds just these elements, row-major.</summary>
    public static TensorView Contiguous(ImmutableArray<long> shape, string name, int elementSize, Storage storage, CheckpointLimits limits)
    {
        long[] strides = new long[shape.Length];
        long step = 1;
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            strides[axis] = step;
            step = unchecked(step * shape[axis]);
        }

        return Create(name, 0, shape, [.. strides.Select(stride => Math.Max(stride, 0))], elementSize, storage, limits);
    }

    /// <summary>Checks the view against its storage.</summary>
    /// <exception cref="CheckpointException">VNC0406 when it reaches beyond the storage, VNC0408 when it is invalid, VNC0411 when its shape
    /// implies too many bytes.</exception>
    public static TensorView Create(
        string name,
        long offset,
        ImmutableArray<long> shape,
        ImmutableArray<long> strides,
        int elementSize,
        Storage storage,
        CheckpointLimits limits
    )
    {
        if (
            shape.Length != strides.Length
            || shape.Length > 64
            || offset < 0
            || shape.Any(extent => extent < 0)
            || strides.Any(stride => stride < 0)
        )
        {
            throw new CheckpointException(
                CheckpointErrorIds.ShapeMalformed,
                $"tensor '{name}' with offset {offset}, shape [{string.Join(", ", shape)}] and strides [{string.Join(", ", strides)}]",
                "as many strides as axes, at most 64 of them, and nothing negative"
            );
        }

        long count,
            span;
        try
        {
            count = shape.Contains(0) ? 0 : shape.Aggregate(1L, (product, extent) => checked(product * extent));
            span = count == 0 ? 0 : checked(offset + StridedOrder.Span(shape, strides));
            _ = checked(Math.Max(count, span) * elementSize);
        }
        catch (OverflowException e)
        {
            throw new CheckpointException(
                CheckpointErrorIds.ShapeMalformed,
                $"tensor '{name}' of shape [{string.Join(", ", shape)}], more than 2^63 bytes",
                "a tensor that fits its storage",
                inner: e
            );
        }

        if (span * elementSize > storage.ByteLength)
        {
            throw new CheckpointException(
                CheckpointErrorIds.StorageTooShort,
                $"tensor '{name}' of shape [{string.Join(", ", shape)}] reaching {span * elementSize} bytes into storage "
                    + $"'{storage.Label}' of {storage.ByteLength} bytes",
                "a tensor within its storage",
                "The file is truncated or was tampered with; get it again"
            );
        }

        if (count * elementSize - storage.ByteLength > limits.ExpandedBytes)
        {
            throw new CheckpointException(
                CheckpointErrorIds.TensorExpanded,
                $"tensor '{name}' of shape [{string.Join(", ", shape)}], standing for {count * elementSize} bytes while its "
                    + $"storage has {storage.ByteLength}",
                $"at most {limits.ExpandedBytes} bytes more than the storage has",
                "Save the tensor after .contiguous(), or raise CheckpointLimits.ExpandedBytes"
            );
        }

        return new TensorView(count == 0 ? 0 : offset, shape, strides, count);
    }
}
