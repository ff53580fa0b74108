using System.Collections.Immutable;
using VampNet.Export;
using VampNet.Reporting.Benchmarking;
using VampNet.Runtime.Models;
using VampNet.TestSupport;

namespace VampNet.Reporting.Tests.Benchmarking;

public sealed class MusicBenchmarkTests : IDisposable
{
    private static readonly BenchmarkPlan Plan = new() { MusicSeconds = 0.2, CoarseSteps = 2 };

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("vampnet-music-");

    [Fact]
    public void Run_TwoFolders_KeepsEveryTimedRunOfEveryStage()
    {
        using VampNetModels models = Export("micro");

        ImmutableArray<MusicRuns> music = MusicBenchmark.Run([models, models], Plan, runs: 3, TestContext.Current.CancellationToken);

        Assert.Equal(2, music.Length);
        Assert.All(
            music,
            each =>
            {
                // 0.2 s are 11 whole frames.
                Assert.Equal(11 * 768 / 44100.0, each.Seconds, 1e-9);
                Assert.Equal(["encode", "coarse", "c2f", "sampling", "decode"], each.Stages.Select(stage => stage.Stage));
                Assert.All(
                    each.Stages,
                    stage => Assert.True(stage.RealTimeFactors.Length == 3 && stage.RealTimeFactors.All(factor => factor > 0))
                );
            }
        );
    }

    [Fact]
    public void Run_ModelsOfDifferentConfigurations_AreRefused()
    {
        using VampNetModels micro = Export("micro"),
            tiny = Export("tiny");

        ReportingException error = Assert.Throws<ReportingException>(() =>
            MusicBenchmark.Run([micro, tiny], Plan, 1, TestContext.Current.CancellationToken)
        );

        Assert.Equal("VNP0101", error.Id);
        Assert.Contains("codebooks of 64 in", error.Message);
    }

    [Fact]
    public void Whole_OfStages_IsTheirSumRunByRun()
    {
        MusicRuns runs = new(10, [new("encode", [0.5, 1, 0.25]), new("decode", [2, 1, 4])]);

        Assert.Equal([2.5, 2, 4.25], runs.Whole.RealTimeFactors);
        Assert.Equal((2.5, 2, 4.25), (runs.Whole.Median, runs.Whole.Lowest, runs.Whole.Highest));
    }

    public void Dispose() => _root.Delete(recursive: true);

    private VampNetModels Export(string checkpoints)
    {
        string folder = Path.Combine(_root.FullName, checkpoints);
        ExportRun.Run(CheckpointFiles.Find(Golden.Path(checkpoints)).ToRequest(folder));
        return VampNetModels.Open(folder);
    }
}
