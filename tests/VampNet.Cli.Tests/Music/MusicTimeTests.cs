using VampNet.Cli.Display;
using VampNet.Cli.Music;
using VampNet.Runtime;
using VampNet.Runtime.Generation;

namespace VampNet.Cli.Tests.Music;

public sealed class MusicTimeTests
{
    // Seconds of computing for a second of music with released weights in float32 on two cores.
    private const double Encode = 0.44,
        Coarse = 8.3,
        Fine = 0.35,
        Decode = 1.45;
    private const double Piece = 600;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Left_AfterTheFirstChunkOfTenMinutes_IsWithinAFifth(int pieces)
    {
        var clock = new ManualClock();
        var time = new MusicTime(clock, 2.0 / 36);
        // The first chunk of each stage takes a tenth longer than the others.
        Run(clock, time, VampStage.Encode, 60, 1, Encode * Piece);
        Assert.Null(time.Left(pieces));
        RunChunk(clock, time, VampStage.Coarse, 1, 60, 36, Coarse * Piece * pieces / 60 * 1.1);

        double truth = (Coarse * Piece * pieces * 59 / 60) + (Fine * Piece * pieces) + (Decode * Piece * pieces);
        Assert.InRange(time.Left(pieces)!.Value.TotalSeconds, truth * 0.8, truth * 1.2);
    }

    [Fact]
    public void Left_AsStagesPass_ComesToNothing()
    {
        var clock = new ManualClock();
        var time = new MusicTime(clock, 2.0 / 36);
        Run(clock, time, VampStage.Encode, 6, 1, 26);
        Run(clock, time, VampStage.Coarse, 6, 36, 498);
        Run(clock, time, VampStage.Fine, 20, 2, 21);
        Assert.Equal(26 * 3.4, time.Left(1)!.Value.TotalSeconds, 0.1);
        RunChunk(clock, time, VampStage.Decode, 1, 6, 1, 14);
        Assert.Equal(70, time.Left(1)!.Value.TotalSeconds, 0.1);
        Run(clock, time, VampStage.Decode, 6, 1, 84);
        Assert.Equal(0, time.Left(1)!.Value.TotalSeconds, 1e-9);
    }

    [Theory]
    [InlineData(0.2, "1 s")]
    [InlineData(59.4, "59 s")]
    [InlineData(200, "3 min 20 s")]
    [InlineData(7265, "121 min 5 s")]
    public void Text_AnyTime_IsInWords(double seconds, string expected) =>
        Assert.Equal(expected, MusicTime.Text(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void MusicSteps_SecondChunk_NamesTheTimeLeft()
    {
        var clock = new ManualClock();
        List<string> lines = [];
        var steps = new MusicSteps(new Listener(step => lines.Add(step.Name)), new VampOptions(), clock);
        for (int chunk = 1; chunk <= 3; chunk++)
        {
            for (int step = 1; step <= 36; step++)
            {
                clock.Advance(1);
                steps.Report(new VampProgress(VampStage.Coarse, chunk, 3, step, 36));
            }
        }

        Assert.Equal("coarse: chunk 1 of 3", lines[0]);
        // 71 of 108 steps are left, and the fine stage's 3/4 of 2/36 of all.
        Assert.Equal("coarse: chunk 2 of 3, about 1 min 15 s left", lines[36]);
        Assert.Equal(3, lines.Distinct().Count());
    }

    private static void Run(ManualClock clock, MusicTime time, VampStage stage, int chunks, int steps, double seconds)
    {
        for (int chunk = 1; chunk <= chunks; chunk++)
        {
            RunChunk(clock, time, stage, chunk, chunks, steps, seconds / chunks);
        }
    }

    private static void RunChunk(ManualClock clock, MusicTime time, VampStage stage, int chunk, int chunks, int steps, double seconds)
    {
        for (int step = 1; step <= steps; step++)
        {
            clock.Advance(seconds / steps);
            time.Note(new VampProgress(stage, chunk, chunks, step, steps));
        }
    }

    private sealed class Listener(Action<ProgressStep> listen) : IProgress<ProgressStep>
    {
        public void Report(ProgressStep value) => listen(value);
    }

    private sealed class ManualClock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(double seconds) => _ticks += (long)(seconds * TimeSpan.TicksPerSecond);
    }
}
