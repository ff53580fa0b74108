using VampNet.Export;
using VampNet.TestSupport;
using VampNet.Validation.Benchmarking;

namespace VampNet.Validation.Tests.Benchmarking;

public sealed class FolderBenchmarkTests : IDisposable
{
    private static readonly BenchmarkPlan Plan = new() { Frames = [3, 7], Repetitions = 2, MusicSeconds = 0.2, CoarseSteps = 2 };

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("vampnet-bench-");

    [Fact]
    public void Run_AnExport_TimesEveryGraphAtEveryLengthAndTheMusic()
    {
        BenchmarkReport report = FolderBenchmark.Run(Export("micro"), Plan, cancellation: TestContext.Current.CancellationToken);

        Assert.Equal(["coarse.onnx", "c2f.onnx", "codec_encoder.onnx", "codec_decoder.onnx"], report.Graphs.Select(graph => graph.File));
        Assert.All(report.Graphs, graph => Assert.Equal([3, 7], graph.Runs.Select(runs => runs.Frames)));
        Assert.All(report.Graphs.SelectMany(graph => graph.Runs), runs => Assert.True(runs.Times.Milliseconds is { Length: 2 } times && times.All(time => time > 0)));
        Assert.StartsWith("audio [1,1,", report.Graphs[2].Runs[0].Times.Work.Inputs, StringComparison.Ordinal);
        Assert.Equal(["encode", "coarse", "c2f", "sampling", "decode"], report.Music!.Stages.Select(stage => stage.Stage));
        Assert.True(report.Music.RealTimeFactor > 0 && report.PeakMemoryBytes > 1_000_000);
        Assert.Empty(report.Ratios);
    }

    [Fact]
    public void Run_AgainstAnotherFolder_GivesARatioForEachGraphAndLength()
    {
        ModelFolder folder = Export("micro");

        BenchmarkReport report = FolderBenchmark.Run(folder, Plan with { MusicSeconds = 0 }, folder, cancellation: TestContext.Current.CancellationToken);

        Assert.Equal(8, report.Ratios.Length);
        Assert.All(report.Ratios, ratio => Assert.InRange(ratio.Speed.Ratio, ratio.Speed.Lowest, ratio.Speed.Highest));
        Assert.Null(report.Music);
        Assert.Equal(8, BenchmarkTable.RatioRows(report).Count());
    }

    [Fact]
    public void Run_AgainstAFolderWithoutTheGraphs_IsRefused() =>
        Assert.Equal("VNV0605", Assert.Throws<ValidationException>(() => FolderBenchmark.Run(Export("micro"), Plan, new ModelFolder(_root.FullName), cancellation: TestContext.Current.CancellationToken)).Id);

    [Fact]
    public void Run_FolderWithoutManifest_IsRefused() =>
        Assert.Equal("VNV0301", Assert.Throws<ValidationException>(() => FolderBenchmark.Run(new ModelFolder(_root.FullName), Plan, cancellation: TestContext.Current.CancellationToken)).Id);

    public void Dispose() => _root.Delete(recursive: true);

    private ModelFolder Export(string checkpoints)
    {
        var folder = new ModelFolder(Path.Combine(_root.FullName, checkpoints));
        ExportRun.Run(CheckpointFiles.OfFolder(Golden.Path(checkpoints)).ToRequest(folder.Path));
        return folder;
    }
}
