using VampNet.Export;
using VampNet.Reporting.Benchmarking;
using VampNet.TestSupport;
using VampNet.Validation;
using VampNet.Validation.Folders;

namespace VampNet.Reporting.Tests.Benchmarking;

public sealed class FolderBenchmarkTests : IDisposable
{
    private static readonly string[] Graphs = ["coarse.onnx", "c2f.onnx", "codec_encoder.onnx", "codec_decoder.onnx"];
    private static readonly BenchmarkPlan Plan = new()
    {
        Frames = [3, 7],
        Repetitions = 2,
        MusicSeconds = 0.2,
        CoarseSteps = 2,
        LeastMilliseconds = 1,
    };
    private static readonly ModelFolder Foreign = new(Golden.Path("foreign"));

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("vampnet-bench-");

    [Fact]
    public void Run_AnExport_TimesEveryGraphAtEveryLengthAndTheMusic()
    {
        BenchmarkReport report = FolderBenchmark.Run(
            Export("micro"),
            Plan with
            {
                ProfiledFrames = 5,
            },
            cancellationToken: TestContext.Current.CancellationToken
        );

        Assert.Equal(Graphs, report.Graphs.Select(graph => graph.File));
        Assert.All(
            report.Graphs,
            graph => Assert.Equal(("micro", true), (graph.Models, graph.Operators.Sum(each => each.Milliseconds) > 0))
        );
        Assert.All(report.Graphs, graph => Assert.Equal([3, 7], graph.Runs.Select(runs => runs.Frames)));
        Assert.All(
            report.Graphs.SelectMany(graph => graph.Runs),
            runs => Assert.True(runs.Times.Milliseconds is { Length: 2 } times && times.All(time => time > 0))
        );
        Assert.StartsWith("audio [1,1,", report.Graphs[2].Runs[0].Times.Work.Inputs, StringComparison.Ordinal);
        MusicTimes music = Assert.Single(report.Music);
        Assert.Equal(["encode", "coarse", "c2f", "sampling", "decode"], music.Stages.Select(stage => stage.Stage));
        Assert.True(music.RealTimeFactor > 0 && music.Spread >= 0 && report.PeakMemoryBytes > 1_000_000);
        Assert.Empty(report.Ratios);
    }

    [Theory]
    [InlineData(1e-9, 3)]
    [InlineData(1e9, 4)]
    public void Run_WithinItsTime_RepeatsAsOftenAsFits(double seconds, int runs)
    {
        BenchmarkPlan plan = Plan with { Repetitions = 4, SecondsPerLength = seconds, MusicSeconds = 0 };

        BenchmarkReport report = FolderBenchmark.Run(Export("micro"), plan, cancellationToken: TestContext.Current.CancellationToken);

        Assert.All(report.Graphs.SelectMany(graph => graph.Runs), each => Assert.Equal(runs, each.Times.Milliseconds.Length));
    }

    [Fact]
    public void Run_AgainstAnotherFolder_GivesARatioForEachGraphAndLength()
    {
        ModelFolder folder = Export("micro");
        OtherGraphs other = OtherGraphs.Find(folder, Graphs) with { Name = "again", Music = folder };

        BenchmarkReport report = FolderBenchmark.Run(folder, Plan, [other], cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(8, report.Ratios.Length);
        Assert.All(report.Ratios, ratio => Assert.Equal(("micro", "again"), (ratio.Reference, ratio.Models)));
        Assert.All(report.Ratios, ratio => Assert.InRange(ratio.Speed.Ratio, ratio.Speed.Lowest, ratio.Speed.Highest));
        Assert.Equal(["micro", "again", "micro", "again"], report.Graphs.Take(4).Select(graph => graph.Models));
        Assert.Equal(2, report.Music.Length);
        Assert.Equal(8, BenchmarkTable.RatioRows(report).Count());
    }

    [Fact]
    public void Run_BesideAnExportersGraphs_MeasuresOursByThemOnTheSameTokens()
    {
        BenchmarkReport report = FolderBenchmark.Run(
            Export("micro"),
            Plan with
            {
                MusicSeconds = 0,
            },
            [OtherGraphs.FindFromExporter(Foreign, Graphs)],
            cancellationToken: TestContext.Current.CancellationToken
        );

        Assert.Equal(["coarse.onnx", "c2f.onnx", "codec_decoder.onnx"], report.Ratios.Select(ratio => ratio.File).Distinct());
        Assert.All(report.Ratios, ratio => Assert.Equal(("foreign", "micro"), (ratio.Reference, ratio.Models)));
        Assert.Empty(report.Music);
    }

    [Fact]
    public void Run_BesideAnExportersGraphsOfOtherWeights_IsRefused()
    {
        ModelFolder folder = Export("micro");
        string data = folder.At("coarse.onnx.data");
        byte[] bytes = File.ReadAllBytes(data);
        // Projections of the first layer: the tables before them are looked up for both.
        bytes.AsSpan(15_000, 4_000).Fill(0x3e);
        File.WriteAllBytes(data, bytes);

        ReportingException error = Assert.Throws<ReportingException>(() =>
            FolderBenchmark.Run(
                folder,
                Plan,
                [OtherGraphs.FindFromExporter(Foreign, Graphs)],
                cancellationToken: TestContext.Current.CancellationToken
            )
        );

        Assert.Equal("VNP0106", error.Id);
        Assert.Contains("beyond budget onnx-fp32", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_AForeignGraphOfOtherInputs_IsRefused()
    {
        ModelFolder folder = Export("micro");
        OtherGraphs wrong = new(
            "wrong",
            OtherGraphs.Find(folder, ["codec_encoder.onnx"]).Files.SetItem("codec_encoder.onnx", folder.At("coarse.onnx"))
        )
        {
            IsForeign = true,
        };

        Assert.Equal(
            "VNP0106",
            Assert
                .Throws<ReportingException>(() =>
                    FolderBenchmark.Run(folder, Plan, [wrong], cancellationToken: TestContext.Current.CancellationToken)
                )
                .Id
        );
    }

    [Fact]
    public void Find_AFolderWithoutTheGraphs_IsRefused()
    {
        Assert.Equal("VNP0105", Assert.Throws<ReportingException>(() => OtherGraphs.Find(new ModelFolder(_root.FullName), Graphs)).Id);
        Assert.Equal(
            "VNP0105",
            Assert
                .Throws<ReportingException>(() =>
                    OtherGraphs.FindFromExporter(new ModelFolder(Path.Combine(_root.FullName, "nowhere")), Graphs)
                )
                .Id
        );
    }

    [Fact]
    public void Run_FolderWithoutManifest_IsRefused() =>
        Assert.Equal(
            "VNV0301",
            Assert
                .Throws<ValidationException>(() =>
                    FolderBenchmark.Run(new ModelFolder(_root.FullName), Plan, cancellationToken: TestContext.Current.CancellationToken)
                )
                .Id
        );

    public void Dispose() => _root.Delete(recursive: true);

    private ModelFolder Export(string checkpoints)
    {
        var folder = new ModelFolder(Path.Combine(_root.FullName, checkpoints));
        ExportRun.Run(CheckpointFiles.Find(Golden.Path(checkpoints)).ToRequest(folder.Path));
        return folder;
    }
}
