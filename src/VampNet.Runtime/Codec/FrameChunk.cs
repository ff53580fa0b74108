namespace VampNet.Runtime.Codec;

/// <summary>A run of token frames to compute, and the wider run to compute it from.</summary>
/// <param name="Start">The first frame wanted.</param>
/// <param name="Count">Frames wanted.</param>
/// <param name="ContextStart">The first frame read.</param>
/// <param name="ContextCount">Frames read.</param>
internal readonly record struct FrameChunk(int Start, int Count, int ContextStart, int ContextCount)
{
    /// <summary>Cuts a piece of <paramref name="frames"/> into chunks of at most <paramref name="size"/>.</summary>
    public static IEnumerable<FrameChunk> Cut(int frames, int size, FrameContext context)
    {
        for (int start = 0; start < frames; start += size)
        {
            int end = Math.Min(start + size, frames);
            int from = Math.Max(0, start - context.Before),
                to = Math.Min(frames, end + context.After);
            yield return new FrameChunk(start, end - start, from, to - from);
        }
    }
}
