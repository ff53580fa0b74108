using VampNet.Runtime.Codec;

namespace VampNet.Runtime.Tests.Codec;

public sealed class ChunkLanesTests
{
    private static readonly FrameContext Context = new(3, 2);

    [Theory]
    [InlineData(100, 575, 144, 2, new[] { 100 })]
    [InlineData(145, 575, 144, 2, new[] { 73, 72 })]
    [InlineData(145, 575, 144, 1, new[] { 145 })]
    [InlineData(700, 575, 144, 2, new[] { 288, 288, 124 })]
    [InlineData(700, 40, 144, 2, new[] { 40, 40 })]
    public void Cut_LongPiece_IsHalved(int frames, int atOnce, int leastSplit, int lanes, int[] first)
    {
        FrameChunk[] chunks = ChunkLanes.Cut(frames, atOnce, leastSplit, lanes, Context);

        Assert.Equal(first, chunks.Select(chunk => chunk.Count).Take(first.Length));
        Assert.Equal(frames, chunks.Sum(chunk => chunk.Count));
    }

    [Fact]
    public void Run_TwoLanes_ComputesEveryChunkOnceAndTwoAtATime()
    {
        FrameChunk[] chunks = ChunkLanes.Cut(1000, 100, 50, 2, Context);
        List<int> reported = [];
        int[] computed = new int[1000];
        using Barrier meeting = new(2);

        ChunkLanes.Run(
            chunks,
            2,
            (chunk, token) =>
            {
                // Passes only when another chunk is computed meanwhile.
                meeting.SignalAndWait(token);
                for (int frame = chunk.Start; frame < chunk.Start + chunk.Count; frame++)
                {
                    Interlocked.Increment(ref computed[frame]);
                }
            },
            reported.Add,
            TestContext.Current.CancellationToken
        );

        Assert.All(computed, times => Assert.Equal(1, times));
        Assert.Equal(reported.Order(), reported);
        Assert.Equal(1000, reported[^1]);
    }

    [Fact]
    public void Run_ChunkThatFails_StopsTheOtherAndRaisesItsError()
    {
        FrameChunk[] chunks = ChunkLanes.Cut(1000, 100, 50, 2, Context);

        RuntimeException problem = Assert.Throws<RuntimeException>(() =>
            ChunkLanes.Run(
                chunks,
                2,
                (chunk, token) =>
                {
                    if (chunk.Start > 0)
                    {
                        throw new RuntimeException("VNR0308", "a fault", "none", "Look");
                    }

                    token.WaitHandle.WaitOne();
                    token.ThrowIfCancellationRequested();
                },
                _ => { },
                TestContext.Current.CancellationToken
            )
        );

        Assert.Equal("VNR0308", problem.Id);
    }

    [Fact]
    public void Run_Cancelled_Stops()
    {
        using CancellationTokenSource cancel = new();
        int computed = 0;

        Assert.ThrowsAny<OperationCanceledException>(() =>
            ChunkLanes.Run(
                ChunkLanes.Cut(1000, 100, 50, 2, Context),
                2,
                (_, token) =>
                {
                    Interlocked.Increment(ref computed);
                    cancel.Cancel();
                    token.ThrowIfCancellationRequested();
                },
                _ => { },
                cancel.Token
            )
        );

        Assert.InRange(computed, 1, 2);
    }
}
