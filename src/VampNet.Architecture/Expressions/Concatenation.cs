using System.Collections.Immutable;

namespace VampNet.Architecture.Expressions;

/// <summary>Tensors of equal row shape, one below the other along axis 0.</summary>
internal sealed class Concatenation(ImmutableArray<WeightExpression> parts)
    : WeightExpression(parts[0].Shape.SetItem(0, parts.Sum(part => part.RowCount)))
{
    public override int BlockRows => RowCount;

    public override void ReadRows(int firstRow, Span<float> destination)
    {
        foreach (WeightExpression part in parts)
        {
            int rows = Math.Min(part.RowCount - firstRow, destination.Length / RowLength);
            if (rows > 0)
            {
                part.ReadRows(firstRow, destination[..(rows * RowLength)]);
                destination = destination[(rows * RowLength)..];
            }

            firstRow = Math.Max(0, firstRow - part.RowCount);
        }
    }
}
