using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using VampNet.Models;
using VampNet.Runtime.Models;
using VampNet.Validation.Folders;

namespace VampNet.Reporting.Benchmarking;

/// <summary>Times every graph of a folder, and the music they make together.</summary>
public static class FolderBenchmark
{
    private const string LoadFile = "/proc/loadavg";
    private const int MusicRepetitions = 3;

    /// <summary>Times graph after graph. Those of other folders that do the same work are timed in turns with it, so only they are in
    /// memory together. The music of all folders is timed in turns too, with all their models in memory.</summary>
    /// <param name="folder">The exported graphs.</param>
    /// <param name="plan">Lengths and repetitions.</param>
    /// <param name="others">Other graphs of the same models, such as quantized ones.</param>
    /// <param name="progress">Receives the graph being timed; may be null.</param>
    /// <param name="cancellationToken">Stops between two runs.</param>
    /// <exception cref="ReportingException">VNV0301: no exported folder. VNI0201, VNI0202: a graph does not run. VNP0101: the folders'
    /// graphs are of different models. VNP0106: a foreign graph computes something else.</exception>
    /// <exception cref="Runtime.RuntimeException">The models do not make music together.</exception>
    public static BenchmarkReport Run(
        ModelFolder folder,
        BenchmarkPlan plan,
        IReadOnlyCollection<OtherGraphs>? others = null,
        IProgress<VerificationProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(plan);
        others ??= [];
        double? load = ReadLoad();
        ManifestModel[] models = [.. ModelFolder.InPipelineOrder(folder.ReadManifest()).Select(each => each.Value)];
        ModelFolder[] bands =
            plan.MusicSeconds > 0 && models.Length == 4 ? [folder, .. others.Select(other => other.Music).OfType<ModelFolder>()] : [];
        int parts = models.Length + Math.Min(bands.Length, 1);
        ImmutableArray<GraphTimes>.Builder graphs = ImmutableArray.CreateBuilder<GraphTimes>();
        ImmutableArray<GraphRatio>.Builder ratios = ImmutableArray.CreateBuilder<GraphRatio>();
        foreach ((ManifestModel model, int i) in models.Select((model, i) => (model, i)))
        {
            (ImmutableArray<GraphTimes> times, ImmutableArray<GraphRatio> speeds) = GraphBenchmark.Run(
                folder,
                model,
                others,
                plan,
                new ProgressShare(progress, (double)i / parts, (i + 1.0) / parts),
                cancellationToken
            );
            graphs.AddRange(times);
            ratios.AddRange(speeds);
        }

        ImmutableArray<MusicTimes> music = [];
        if (bands.Length > 0)
        {
            progress?.Report(new VerificationProgress("music", (double)models.Length / parts));
            music = TimeMusic(bands, plan, cancellationToken);
        }

        using var process = Process.GetCurrentProcess();
        return new BenchmarkReport(
            graphs.ToImmutable(),
            ratios.ToImmutable(),
            music,
            process.PeakWorkingSet64,
            load,
            Environment.ProcessorCount
        );
    }

    private static ImmutableArray<MusicTimes> TimeMusic(ModelFolder[] bands, BenchmarkPlan plan, CancellationToken cancellationToken)
    {
        List<VampNetModels> models = [];
        try
        {
            models.AddRange(bands.Select(band => VampNetModels.Open(band.Path, plan.Loading)));
            return
            [
                .. MusicBenchmark
                    .Run(models, plan, MusicRepetitions, cancellationToken)
                    .Zip(
                        bands,
                        (runs, band) =>
                            new MusicTimes(
                                band.Name,
                                runs.Seconds,
                                plan.CoarseSteps,
                                plan.FineSteps,
                                [.. runs.Stages.Select(stage => new StageTime(stage.Stage, stage.Median))],
                                runs.Whole.Spread
                            )
                    ),
            ];
        }
        finally
        {
            models.ForEach(each => each.Dispose());
        }
    }

    /// <summary>The machine's one-minute load average; null where the system does not tell.</summary>
    internal static double? ReadLoad() =>
        File.Exists(LoadFile) && double.TryParse(File.ReadAllText(LoadFile).Split(' ')[0], CultureInfo.InvariantCulture, out double load)
            ? load
            : null;
}
