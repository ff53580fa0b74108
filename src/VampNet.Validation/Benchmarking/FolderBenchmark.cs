using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using VampNet.Export;
using VampNet.Onnx;
using VampNet.Runtime.Models;
using VampNet.Validation.Quantization;

namespace VampNet.Validation.Benchmarking;

/// <summary>Times every graph of a folder, and the music they make together.</summary>
public static class FolderBenchmark
{
    private const string LoadFile = "/proc/loadavg";
    private const int MusicRepetitions = 3;

    /// <summary>Times graph after graph, one in memory at a time (two, when another folder is compared).</summary>
    /// <param name="folder">The exported graphs.</param>
    /// <param name="plan">Lengths and repetitions.</param>
    /// <param name="against">Another folder, such as of quantized graphs: those that both have are timed in turns. May be null.</param>
    /// <param name="progress">Told which graph is being timed; may be null.</param>
    /// <param name="cancellation">Stops between two runs.</param>
    /// <exception cref="ValidationException">VNV0301: no exported folder. VNV0201, VNV0202: a graph does not run. VNV0601: the two folders' graphs are of different models. VNV0605: the other folder holds none of them.</exception>
    /// <exception cref="Runtime.RuntimeException">The models do not make music together.</exception>
    public static BenchmarkReport Run(ModelFolder folder, BenchmarkPlan plan, ModelFolder? against = null, IProgress<VerificationProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(plan);
        double? load = ReadLoad();
        KeyValuePair<string, ManifestModel>[] models = [.. ModelFolder.InRoadOrder(folder.ReadManifest())];
        if (against is not null)
        {
            RequireShared(against, models.Select(model => model.Value.Graph));
        }

        var graphs = ImmutableArray.CreateBuilder<GraphTimes>();
        var ratios = ImmutableArray.CreateBuilder<GraphRatio>();
        foreach ((string _, ManifestModel model) in models)
        {
            progress?.Report(new VerificationProgress(model.Graph, (double)graphs.Count / (models.Length + 1)));
            string? other = against?.At(model.Graph) is { } path && File.Exists(path) ? path : null;
            graphs.Add(TimeGraph(folder.At(model.Graph), other, model.Configuration, plan, ratios, cancellation));
        }

        progress?.Report(new VerificationProgress("music", (double)graphs.Count / (models.Length + 1)));
        MusicTimes? music = plan.MusicSeconds > 0 && models.Length == 4 ? TimeMusic(folder, plan, cancellation) : null;
        using var process = Process.GetCurrentProcess();
        return new BenchmarkReport(graphs.ToImmutable(), ratios.ToImmutable(), music, process.PeakWorkingSet64, load, Environment.ProcessorCount);
    }

    private static MusicTimes TimeMusic(ModelFolder folder, BenchmarkPlan plan, CancellationToken cancellation)
    {
        using VampNetModels models = VampNetModels.Open(folder.Path, new ModelOptions { Threads = plan.Threads });
        MusicRuns runs = MusicBenchmark.Run([models], plan, MusicRepetitions, cancellation).Single();
        return new MusicTimes(runs.Seconds, plan.CoarseSteps, plan.FineSteps, [.. runs.Stages.Select(stage => new StageTime(stage.Stage, stage.Median))]);
    }

    private static GraphTimes TimeGraph(string path, string? other, JsonObject configuration, BenchmarkPlan plan, ImmutableArray<GraphRatio>.Builder ratios, CancellationToken cancellation)
    {
        ModelSample[] samples = MakeSamples(path, configuration, plan);
        using GraphTimer first = new(path, plan.EffectiveThreads);
        using GraphTimer? second = other is null ? null : new GraphTimer(other, plan.EffectiveThreads);
        List<double>[] times = [.. samples.Select(_ => new List<double>())];
        List<double>[] otherTimes = [.. samples.Select(_ => new List<double>())];
        // Round after round over all lengths and both graphs, so that a busy moment of the machine does not fall on one of them. Round 0 warms up.
        for (int round = 0; round <= plan.Repetitions; round++)
        {
            for (int i = 0; i < samples.Length; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                double time = first.Time(samples[i]);
                double otherTime = second?.Time(samples[i]) ?? 0;
                if (round > 0)
                {
                    times[i].Add(time);
                    otherTimes[i].Add(otherTime);
                }
            }
        }

        TimedRuns[] runs = [.. samples.Select((sample, i) => first.Describe(sample, times[i]))];
        if (second is not null)
        {
            ComparableRuns[] compared = [.. samples.Select((sample, i) => ComparableRuns.Of(runs[i], second.Describe(sample, otherTimes[i])))];
            ratios.AddRange(compared.Select((each, i) => new GraphRatio(Path.GetFileName(path), plan.Frames[i], each.Speed, each.IsNoisy)));
        }

        return new GraphTimes(Path.GetFileName(path), first.StartMilliseconds, [.. runs.Select((each, i) => new LengthTimes(plan.Frames[i], each))]);
    }

    private static ModelSample[] MakeSamples(string path, JsonObject configuration, BenchmarkPlan plan)
    {
        using Model model = ModelReader.Read(path);
        SampleMaker maker = SampleMaker.For(model);
        return [.. plan.Frames.Select(frames => maker.Seeded(plan.Seed, 1, ExtentOf(model, configuration, frames)).Single())];
    }

    /// <summary>The last dimension of an input of so many token frames: a graph of sound takes a hop of samples for each.</summary>
    internal static int ExtentOf(Model model, JsonObject configuration, int frames) =>
        model.Graph.Inputs.Any(input => input.TensorType?.ElementType == ElementType.Float) && configuration["encoder_rates"] is JsonArray rates
            ? rates.Aggregate(frames, (product, rate) => checked(product * rate!.GetValue<int>()))
            : frames;

    /// <summary>Refuses a folder that holds none of the graphs it is to be compared on.</summary>
    /// <exception cref="ValidationException">VNV0605: it holds none.</exception>
    internal static void RequireShared(ModelFolder other, IEnumerable<string> graphs)
    {
        if (!graphs.Any(graph => File.Exists(other.At(graph))))
        {
            throw new ValidationException("VNV0605", $"Found none of {string.Join(", ", graphs)} in {other.Path}.\nExpected a folder of graphs under the originals' names. Make one: vampnet quantize DIR/coarse.onnx {other.Path}/coarse.onnx");
        }
    }

    private static double? ReadLoad() =>
        File.Exists(LoadFile) && double.TryParse(File.ReadAllText(LoadFile).Split(' ')[0], CultureInfo.InvariantCulture, out double load) ? load : null;
}
