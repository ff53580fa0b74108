using System.Runtime.ExceptionServices;

namespace VampNet.Runtime.Codec;

/// <summary>
/// Computes the chunks of one piece, two at a time if there are two threads. Threads that share every operator wait for each other at its
/// end, some thousand times in a pass of the decoder: two halves side by side take less time than the whole, overlap included.
/// </summary>
internal static class ChunkLanes
{
    /// <summary>The chunks that are computed at the same time.</summary>
    public const int Two = 2;

    /// <summary>Cuts a piece so that all chunks computed together hold at most <paramref name="atOnce"/> frames, without context.</summary>
    /// <param name="frames">The piece.</param>
    /// <param name="atOnce">Frames computed at one time.</param>
    /// <param name="leastSplit">Cut in two what is at least so long: the context of shorter chunks costs more than the second lane
    /// gains.</param>
    /// <param name="lanes">Chunks computed at one time, 1 or 2.</param>
    /// <param name="context">Frames on either side that a chunk reads.</param>
    public static FrameChunk[] Cut(int frames, int atOnce, int leastSplit, int lanes, FrameContext context)
    {
        int together = Math.Min(frames, atOnce);
        int size = lanes > 1 && together >= leastSplit ? (together + lanes - 1) / lanes : atOnce;
        return [.. FrameChunk.Cut(frames, size, context)];
    }

    /// <summary>Computes every chunk.</summary>
    /// <param name="chunks">From <see cref="Cut"/>.</param>
    /// <param name="lanes">Chunks computed at one time, 1 or more.</param>
    /// <param name="compute">Computes one chunk; another may be computed meanwhile.</param>
    /// <param name="onDone">Receives the frames done after each chunk: they only grow, and no two calls overlap.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <exception cref="RuntimeException">The first that a chunk raised; the others are stopped.</exception>
    public static void Run(
        IReadOnlyList<FrameChunk> chunks,
        int lanes,
        Action<FrameChunk, CancellationToken> compute,
        Action<int> onDone,
        CancellationToken cancellationToken
    )
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Lock gate = new();
        ExceptionDispatchInfo? failure = null;
        int next = -1,
            done = 0;
        // Threads of their own: a chunk takes seconds, and the pool's threads serve the application.
        Task[] others =
        [
            .. Enumerable
                .Range(1, Math.Min(lanes, chunks.Count) - 1)
                .Select(_ =>
                    Task.Factory.StartNew(RunLane, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
                ),
        ];
        RunLane();
        Task.WaitAll(others, CancellationToken.None);
        failure?.Throw();

        void RunLane()
        {
            try
            {
                for (int index = Interlocked.Increment(ref next); index < chunks.Count; index = Interlocked.Increment(ref next))
                {
                    compute(chunks[index], stop.Token);
                    lock (gate)
                    {
                        done += chunks[index].Count;
                        onDone(done);
                    }
                }
            }
            catch (Exception problem)
            {
                lock (gate)
                {
                    failure ??= ExceptionDispatchInfo.Capture(problem);
                }

                stop.Cancel();
            }
        }
    }
}
