using System.Buffers;

namespace VampNet.Architecture.Expressions;

/// <summary>A matrix with its two axes exchanged: [m, n] read as [n, m].</summary>
internal sealed class Transposition(WeightExpression matrix) : WeightExpression([matrix.Shape[1], matrix.Shape[0]])
{
    public override int BlockRows => RowCount;

    public override void ReadRows(int firstRow, Span<float> destination)
    {
        int rows = destination.Length / RowLength;
        int block = matrix.BlockRows;
        float[] scratch = ArrayPool<float>.Shared.Rent(block * matrix.RowLength);
        for (int column = 0; column < RowLength; column += block)
        {
            int width = Math.Min(block, RowLength - column);
            Span<float> source = scratch.AsSpan(0, width * matrix.RowLength);
            matrix.ReadRows(column, source);
            MatrixTranspose.Copy(source[firstRow..], matrix.RowLength, width, rows, destination[column..], RowLength);
        }

        ArrayPool<float>.Shared.Return(scratch);
    }
}
