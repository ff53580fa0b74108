namespace VampNet.Onnx.Rewriting.Folding;

/// <summary>Walks the indices of a shape in row-major order.</summary>
internal static class IndexSpace
{
    /// <summary>For each index, where its element comes from.</summary>
    public static int[] Positions(long[] shape, Func<long[], int> positionOf)
    {
        int[] positions = new int[shape.Aggregate(1L, (product, length) => checked(product * length))];
        long[] index = new long[shape.Length];
        for (int i = 0; i < positions.Length; i++)
        {
            positions[i] = positionOf(index);
            for (int axis = shape.Length - 1; axis >= 0 && ++index[axis] == shape[axis]; axis--)
            {
                index[axis] = 0;
            }
        }

        return positions;
    }

    /// <summary>The row-major position of an index.</summary>
    public static int PositionOf(long[] index, long[] shape)
    {
        long position = 0;
        for (int axis = 0; axis < shape.Length; axis++)
        {
            position = (position * shape[axis]) + index[axis];
        }

        return (int)position;
    }

    /// <summary>An axis counted from the front; null when it is out of range.</summary>
    public static int? Axis(long axis, int rank) => axis >= -rank && axis < rank ? (int)(axis < 0 ? axis + rank : axis) : null;

    /// <summary>The axes that a node names by attribute or by its input 1, as opsets before and after 13 (or 18) do; null when it names
    /// none.</summary>
    public static long[]? AxesOf(Node node, IReadOnlyList<ConstantTensor?> inputs) =>
        node.Attributes.GetInts("axes") is { } axes ? [.. axes]
        : inputs.Count > 1 ? inputs[1]?.Integers
        : null;
}
