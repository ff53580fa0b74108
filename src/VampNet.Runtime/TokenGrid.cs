namespace VampNet.Runtime;

/// <summary>Operations on whole grids.</summary>
public static class TokenGrid
{
    /// <summary>Joins grids of the same B and C in time.</summary>
    public static TokenGrid<T> ConcatFrames<T>(IReadOnlyList<TokenGrid<T>> parts)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(parts);
        return TokenGrid<T>.Map(
            parts[0].Batch,
            parts[0].Codebooks,
            parts.Sum(part => part.Frames),
            (batch, codebook, row) =>
            {
                foreach (TokenGrid<T> part in parts)
                {
                    part.Row(batch, codebook).CopyTo(row);
                    row = row[part.Frames..];
                }
            }
        );
    }

    /// <summary>Rotates a grid in time: every frame moves <paramref name="offset"/> later, and those beyond the end move to the
    /// start.</summary>
    public static TokenGrid<T> Roll<T>(TokenGrid<T> grid, int offset)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(grid);
        int shift = ((offset % grid.Frames) + grid.Frames) % grid.Frames;
        return shift == 0 ? grid : ConcatFrames([grid.SliceFrames(grid.Frames - shift, shift), grid.SliceFrames(0, grid.Frames - shift)]);
    }
}
