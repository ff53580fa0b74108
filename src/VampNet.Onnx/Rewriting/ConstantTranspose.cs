namespace VampNet.Onnx.Rewriting;

/// <summary>Turns constant matrices around while they are written, so that large weights cost no memory.</summary>
internal static class ConstantTranspose
{
    /// <summary>The transpose of a matrix, given with its own numbers of rows and columns (further axes of length 1 do not
    /// count).</summary>
    public static TensorData Of(TensorData matrix, long rows, long columns) =>
        TensorData.Lazy(
            matrix.ElementType,
            [columns, rows],
            bytes =>
            {
                byte[] source = matrix.ToBytes();
                int width = matrix.ElementType.BitWidth / 8;
                for (int row = 0; row < rows; row++)
                {
                    for (int column = 0; column < columns; column++)
                    {
                        source
                            .AsSpan((int)((row * columns) + column) * width, width)
                            .CopyTo(bytes[((int)((column * rows) + row) * width)..]);
                    }
                }
            }
        );
}
