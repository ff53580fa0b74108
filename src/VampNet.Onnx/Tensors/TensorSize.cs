namespace VampNet.Onnx.Tensors;

/// <summary>Counts elements with checked arithmetic: shapes come from files that may lie.</summary>
internal static class TensorSize
{
    /// <summary>The product of the dimensions, checked to be expressible in bytes too.</summary>
    /// <exception cref="OnnxException">A negative dimension, a product beyond 2^63, or an unknown element type.</exception>
    public static long CountElements(ElementType type, ReadOnlySpan<long> shape, string where)
    {
        if (!type.IsKnown)
        {
            throw new OnnxException(
                DiagnosticIds.TensorElementType,
                found: $"element type {(int)type} in {where}",
                expected: "one of 1 to 26 (TensorProto.DataType)"
            );
        }

        try
        {
            long count = 1;
            bool empty = false;
            foreach (long dim in shape)
            {
                if (dim < 0)
                {
                    throw InvalidShape(shape, where);
                }

                empty |= dim == 0;
                count = checked(count * Math.Max(dim, 1));
            }

            _ = type.ByteLength(count);
            return empty ? 0 : count;
        }
        catch (OverflowException)
        {
            throw InvalidShape(shape, where);
        }
    }

    private static OnnxException InvalidShape(ReadOnlySpan<long> shape, string where) =>
        new(
            DiagnosticIds.TensorShapeInvalid,
            found: $"the shape [{string.Join(',', shape.ToArray())}] in {where}",
            expected: "dimensions of at least 0 whose product fits in 63 bits"
        );
}
