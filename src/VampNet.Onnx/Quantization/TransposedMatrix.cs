using System.Runtime.InteropServices;

namespace VampNet.Onnx.Quantization;

/// <summary>The transpose of a float32 matrix, produced when it is read.</summary>
internal static class TransposedMatrix
{
    private const int Tile = 32;

    public static TensorData Of(TensorData matrix) =>
        TensorData.Lazy(
            ElementType.Float,
            [matrix.Shape[1], matrix.Shape[0]],
            bytes => Transpose(matrix, MemoryMarshal.Cast<byte, float>(bytes))
        );

    // In tiles, so that neither side strides through the cache.
    private static void Transpose(TensorData matrix, Span<float> destination)
    {
        using FloatContents contents = new(matrix);
        int rows = (int)matrix.Shape[0];
        int columns = (int)matrix.Shape[1];
        for (int rowTile = 0; rowTile < rows; rowTile += Tile)
        {
            for (int columnTile = 0; columnTile < columns; columnTile += Tile)
            {
                for (int row = rowTile; row < Math.Min(rowTile + Tile, rows); row++)
                {
                    for (int column = columnTile; column < Math.Min(columnTile + Tile, columns); column++)
                    {
                        destination[(column * rows) + row] = contents.Values[(row * columns) + column];
                    }
                }
            }
        }
    }
}
