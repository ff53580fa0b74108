using VampNet.Reporting.Benchmarking;

namespace VampNet.Reporting.Tests.Benchmarking;

public sealed class ComparableRunsTests
{
    private static readonly EqualWork Work = new("coarse.onnx", "codes [1,4,173]", "ab", 1, 2, "CPUExecutionProvider");

    public static TheoryData<string, EqualWork> OtherWork =>
        new()
        {
            { "task", Work with { Task = "c2f.onnx" } },
            { "inputs", Work with { Inputs = "codes [1,4,43]" } },
            { "tokens or mask", Work with { InputSha256 = "cd" } },
            { "steps", Work with { Steps = 2 } },
            { "threads", Work with { Threads = 1 } },
            { "provider", Work with { Provider = "CUDAExecutionProvider" } },
        };

    [Fact]
    public void Of_EqualWork_GivesTheRatioOfTurns()
    {
        ComparableRuns runs = ComparableRuns.Of(new TimedRuns(Work, [20, 40, 60]), new TimedRuns(Work with { }, [10, 20, 20]));

        Assert.Equal((2, 2, 3), (runs.Speed.Ratio, runs.Speed.Lowest, runs.Speed.Highest));
        Assert.True(runs.IsNoisy);
        Assert.Equal(Work, runs.Work);
    }

    [Theory]
    [MemberData(nameof(OtherWork))]
    public void Of_UnequalWork_IsRefused(string what, EqualWork other)
    {
        ReportingException error = Assert.Throws<ReportingException>(() =>
            ComparableRuns.Of(new TimedRuns(Work, [1]), new TimedRuns(other, [1]))
        );

        Assert.Equal("VNP0101", error.Id);
        Assert.Contains($": {what}: ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(";", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_UnequalNumberOfRuns_IsRefused() =>
        Assert.Equal(
            "VNP0101",
            Assert.Throws<ReportingException>(() => ComparableRuns.Of(new TimedRuns(Work, [1, 2]), new TimedRuns(Work, [1]))).Id
        );
}
