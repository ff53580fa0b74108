using System.Collections.Immutable;

namespace VampNet.Architecture.Expressions;

/// <summary>
/// A float32 tensor that is computed from checkpoint tensors when it is read, one block of rows at a time. A row is a
/// slice along axis 0. Expressions are immutable, hold no element memory, and may be read from several threads.
/// </summary>
internal abstract class WeightExpression(ImmutableArray<int> shape)
{
    /// <summary>About how many elements are worked on at once: enough to amortise a call, few enough for a core's cache.</summary>
    private const int BlockElements = 1 << 16;

    /// <summary>The floats of a 64-byte cache line: a transposed block of as many rows writes whole lines.</summary>
    private const int LineElements = 16;

    public ImmutableArray<int> Shape { get; } = shape;

    public int ElementCount { get; } = CountElements(shape.AsSpan());

    public int RowCount => Shape.IsEmpty ? 1 : Shape[0];

    public int RowLength => ElementCount / RowCount;

    /// <summary>Number of rows to ask for at once: all rows, where asking for fewer would cost as much.</summary>
    public virtual int BlockRows
    {
        get
        {
            int rows = Math.Clamp(BlockElements / RowLength, 1, RowCount);
            return rows > LineElements ? rows - (rows % LineElements) : rows;
        }
    }

    /// <summary>Writes rows, beginning with <paramref name="firstRow"/>, until the destination, a whole number of rows, is full.</summary>
    public abstract void ReadRows(int firstRow, Span<float> destination);

    public static int CountElements(ReadOnlySpan<int> shape)
    {
        int count = 1;
        foreach (int dimension in shape)
        {
            count = checked(count * dimension);
        }

        return count;
    }
}
