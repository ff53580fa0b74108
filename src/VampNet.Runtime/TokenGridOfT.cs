namespace VampNet.Runtime;

/// <summary>
/// Values for every token of a batch, [B,C,T] in row-major order: codes (<c>long</c>: 0 to V-1, or MASK = V) or a mask (<c>bool</c>: true =
/// generate this token).
/// </summary>
/// <typeparam name="T"><c>long</c> for codes, <c>bool</c> for masks.</typeparam>
/// <remarks>Operations return new grids; <see cref="Values"/> may be written to by whoever made the grid, before sharing it.</remarks>
public sealed class TokenGrid<T>
    where T : unmanaged
{
    /// <summary>A grid of default values: code 0, or unmasked.</summary>
    public TokenGrid(int batch, int codebooks, int frames)
        : this(batch, codebooks, frames, new T[checked(Positive(batch) * Positive(codebooks) * Positive(frames))]) { }

    /// <summary>Wraps <paramref name="values"/> without copying.</summary>
    /// <exception cref="ArgumentException">Their number is not the product of the dimensions, each at least 1.</exception>
    public TokenGrid(int batch, int codebooks, int frames, T[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Length != (long)Positive(batch) * Positive(codebooks) * Positive(frames))
        {
            throw new ArgumentException($"{values.Length} values do not fill [{batch},{codebooks},{frames}].", nameof(values));
        }

        (Batch, Codebooks, Frames, Values) = (batch, codebooks, frames, values);
    }

    /// <summary>B: pieces of music side by side.</summary>
    public int Batch { get; }

    /// <summary>C: codebooks, coarsest first.</summary>
    public int Codebooks { get; }

    /// <summary>T: token frames in time.</summary>
    public int Frames { get; }

    /// <summary>The values, frames fastest, then codebooks.</summary>
    public T[] Values { get; }

    /// <summary>The value of one token.</summary>
    public T this[int batch, int codebook, int frame]
    {
        get => Row(batch, codebook)[frame];
        set => Row(batch, codebook)[frame] = value;
    }

    /// <summary>The T values of one codebook in one piece.</summary>
    public Span<T> Row(int batch, int codebook)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)codebook, (uint)Codebooks);
        return Values.AsSpan((batch * Codebooks + codebook) * Frames, Frames);
    }

    /// <summary>A copy that can be written to.</summary>
    public TokenGrid<T> Clone() => new(Batch, Codebooks, Frames, (T[])Values.Clone());

    /// <summary>The codebooks from <paramref name="start"/>, <paramref name="count"/> of them.</summary>
    public TokenGrid<T> SliceCodebooks(int start, int count) =>
        Map(Batch, count, Frames, (batch, codebook, row) => Row(batch, start + codebook).CopyTo(row));

    /// <summary>The frames from <paramref name="start"/>, <paramref name="count"/> of them.</summary>
    public TokenGrid<T> SliceFrames(int start, int count) =>
        Map(Batch, Codebooks, count, (batch, codebook, row) => Row(batch, codebook).Slice(start, count).CopyTo(row));

    /// <summary>The pieces from <paramref name="start"/>, <paramref name="count"/> of them.</summary>
    public TokenGrid<T> SliceBatch(int start, int count) =>
        Map(count, Codebooks, Frames, (batch, codebook, row) => Row(start + batch, codebook).CopyTo(row));

    /// <summary>The grid with <paramref name="other"/>'s codebooks after its own.</summary>
    public TokenGrid<T> AppendCodebooks(TokenGrid<T> other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Map(
            Batch,
            Codebooks + other.Codebooks,
            Frames,
            (batch, codebook, row) => (codebook < Codebooks ? Row(batch, codebook) : other.Row(batch, codebook - Codebooks)).CopyTo(row)
        );
    }

    /// <summary>The grid lengthened to <paramref name="frames"/> with <paramref name="value"/>.</summary>
    public TokenGrid<T> PadFrames(int frames, T value) =>
        Map(
            Batch,
            Codebooks,
            frames,
            (batch, codebook, row) =>
            {
                Row(batch, codebook).CopyTo(row);
                row[Frames..].Fill(value);
            }
        );

    /// <summary>Each frame <paramref name="factor"/> times over.</summary>
    public TokenGrid<T> RepeatFrames(int factor) =>
        Map(
            Batch,
            Codebooks,
            checked(Frames * factor),
            (batch, codebook, row) =>
            {
                Span<T> source = Row(batch, codebook);
                for (int frame = 0; frame < row.Length; frame++)
                {
                    row[frame] = source[frame / factor];
                }
            }
        );

    /// <summary>The single piece <paramref name="batch"/> times over.</summary>
    /// <exception cref="ArgumentException">The grid holds several pieces, and not <paramref name="batch"/> of them.</exception>
    public TokenGrid<T> ExpandBatch(int batch) =>
        Batch == batch ? this
        : Batch == 1 ? Map(batch, Codebooks, Frames, (_, codebook, row) => Row(0, codebook).CopyTo(row))
        : throw new ArgumentException($"A batch of {Batch} cannot become one of {batch}.", nameof(batch));

    internal delegate void FillRow(int batch, int codebook, Span<T> row);

    internal static TokenGrid<T> Map(int batch, int codebooks, int frames, FillRow fill)
    {
        TokenGrid<T> result = new(batch, codebooks, frames);
        for (int piece = 0; piece < batch; piece++)
        {
            for (int codebook = 0; codebook < codebooks; codebook++)
            {
                fill(piece, codebook, result.Row(piece, codebook));
            }
        }

        return result;
    }

    private static int Positive(int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimension);
        return dimension;
    }
}
