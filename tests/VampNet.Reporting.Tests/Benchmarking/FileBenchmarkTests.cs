using VampNet.Inference.Inputs;
using VampNet.Reporting.Benchmarking;
using VampNet.TestSupport;

namespace VampNet.Reporting.Tests.Benchmarking;

public class FileBenchmarkTests
{
    private static readonly BenchmarkPlan Quick = new()
    {
        Repetitions = 2,
        LeastMilliseconds = 0.01,
        Threads = 1,
    };

    [Fact]
    public void Run_TwoGraphs_AreTimedInTurnsAtEverySize()
    {
        string graph = Golden.Path("cases/layernorm_gelu.onnx");

        FileBenchmarkReport report = FileBenchmark.Run(
            graph,
            graph,
            new InputProfile(),
            [3, 5],
            Quick,
            cancellationToken: TestContext.Current.CancellationToken
        );

        Assert.Equal(["x [1,3,32]", "x [1,5,32]"], report.Graphs[0].Runs.Select(runs => runs.Work.Inputs));
        Assert.Equal(2, report.Ratios.Length);
        Assert.Equal(double.PositiveInfinity, report.Loss!.SignalToNoise);
        Assert.Null(report.Incomparable);
        Assert.All(report.Graphs, each => Assert.NotEmpty(each.Operators));
        Assert.All(report.Graphs, each => Assert.True(each.SessionStartMilliseconds > 0));
    }

    [Fact]
    public void Run_AGraphOfOtherInputs_IsRefused()
    {
        ReportingException error = Assert.Throws<ReportingException>(() =>
            FileBenchmark.Run(
                Golden.Path("cases/layernorm_gelu.onnx"),
                Golden.Path("cases/uint8_image.onnx"),
                new InputProfile(),
                [],
                Quick,
                cancellationToken: TestContext.Current.CancellationToken
            )
        );

        Assert.Equal("VNP0141", error.Id);
    }

    [Fact]
    public void Run_AGraphThatTakesSomeSizesOnly_FindsThem()
    {
        FileBenchmarkReport report = FileBenchmark.Run(
            Golden.Path("wild/ppocr_mobile_v2_cls.onnx"),
            null,
            new InputProfile(),
            [],
            Quick,
            cancellationToken: TestContext.Current.CancellationToken
        );

        Assert.NotEmpty(report.Graphs[0].Runs);
        Assert.Empty(report.Ratios);
    }
}
