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

    /// <summary>Times graph after graph. Those of other folders that do the same work are timed in turns with it, so only they are in memory together.</summary>
    /// <param name="folder">The exported graphs.</param>
    /// <param name="plan">Lengths and repetitions.</param>
    /// <param name="others">Other graphs of the same models, such as quantized ones.</param>
    /// <param name="progress">Told which graph is being timed; may be null.</param>
    /// <param name="cancellation">Stops between two runs.</param>
    /// <exception cref="ValidationException">VNV0301: no exported folder. VNV0201, VNV0202: a graph does not run. VNV0601: the folders' graphs are of different models. VNV0606: a foreign graph computes something else.</exception>
    /// <exception cref="Runtime.RuntimeException">The models do not make music together.</exception>
    public static BenchmarkReport Run(ModelFolder folder, BenchmarkPlan plan, IReadOnlyCollection<OtherGraphs>? others = null, IProgress<VerificationProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(plan);
        others ??= [];
        double? load = ReadLoad();
        KeyValuePair<string, ManifestModel>[] models = [.. ModelFolder.InRoadOrder(folder.ReadManifest())];
        var graphs = ImmutableArray.CreateBuilder<GraphTimes>();
        var ratios = ImmutableArray.CreateBuilder<GraphRatio>();
        foreach (((string _, ManifestModel model), int i) in models.Select((model, i) => (model, i)))
        {
            progress?.Report(new VerificationProgress(model.Graph, (double)i / (models.Length + 1)));
            TimeGraph(folder, model, others, plan, graphs, ratios, cancellation);
        }

        progress?.Report(new VerificationProgress("music", (double)models.Length / (models.Length + 1)));
        ModelFolder[] bands = plan.MusicSeconds > 0 && models.Length == 4 ? [folder, .. others.Select(other => other.Music).OfType<ModelFolder>()] : [];
        ImmutableArray<MusicTimes> music = [.. bands.Select(band => TimeMusic(band, plan, cancellation))];
        using var process = Process.GetCurrentProcess();
        return new BenchmarkReport(graphs.ToImmutable(), ratios.ToImmutable(), music, process.PeakWorkingSet64, load, Environment.ProcessorCount);
    }

    /// <summary>The last dimension of an input of so many token frames: a graph of sound takes a hop of samples for each.</summary>
    internal static int ExtentOf(Model model, JsonObject configuration, int frames) =>
        model.Graph.Inputs.Any(input => input.TensorType?.ElementType == ElementType.Float) && configuration["encoder_rates"] is JsonArray rates
            ? rates.Aggregate(frames, (product, rate) => checked(product * rate!.GetValue<int>()))
            : frames;

    private static MusicTimes TimeMusic(ModelFolder folder, BenchmarkPlan plan, CancellationToken cancellation)
    {
        using VampNetModels models = VampNetModels.Open(folder.Path, new ModelOptions { Threads = plan.Threads });
        MusicRuns runs = MusicBenchmark.Run([models], plan, MusicRepetitions, cancellation).Single();
        return new MusicTimes(folder.Name, runs.Seconds, plan.CoarseSteps, plan.FineSteps, [.. runs.Stages.Select(stage => new StageTime(stage.Stage, stage.Median))]);
    }

    private static void TimeGraph(
        ModelFolder folder, ManifestModel model, IReadOnlyCollection<OtherGraphs> others, BenchmarkPlan plan,
        ImmutableArray<GraphTimes>.Builder graphs, ImmutableArray<GraphRatio>.Builder ratios, CancellationToken cancellation)
    {
        string path = folder.At(model.Graph);
        ImmutableArray<ModelSample> samples = MakeSamples(path, model.Configuration, plan, plan.Frames);
        (OtherGraphs Other, string Path)[] rivals = [.. others.Where(other => other.Files.ContainsKey(model.Graph)).Select(other => (other, other.Files[model.Graph]))];
        List<TimedGraph> timed = [];
        try
        {
            timed.Add(new TimedGraph(folder.Name, model.Graph, path, samples, samples, plan.EffectiveThreads));
            foreach ((OtherGraphs other, string file) in rivals)
            {
                ImmutableArray<ModelSample> fed = other.IsForeign ? [.. samples.Select(sample => ForeignGraph.Feed(path, file, sample))] : samples;
                timed.Add(new TimedGraph(other.Name, model.Graph, file, samples, fed, plan.EffectiveThreads));
                if (other.IsForeign)
                {
                    ForeignGraph.RequireSameResult(timed[0], timed[^1], 0);
                }
            }

            RunInTurns(timed, samples.Length, plan, cancellation);
            ratios.AddRange(rivals.SelectMany((rival, i) => plan.Frames.Select((frames, length) => Compare(timed[0], timed[i + 1], rival.Other.IsForeign, length, frames))));
        }
        finally
        {
            timed.ForEach(each => each.Dispose());
        }

        // Profiled when the timed sessions are gone: it takes one of its own.
        graphs.AddRange(timed.Select((each, i) => new GraphTimes(
            each.Models,
            model.Graph,
            each.StartMilliseconds,
            [.. plan.Frames.Select((frames, length) => new LengthTimes(frames, each.Describe(length)))],
            plan.ProfiledFrames is { } profiled && (i == 0 || !rivals[i - 1].Other.IsForeign)
                ? OperatorProfile.Measure(each.Path, MakeSamples(path, model.Configuration, plan, [profiled])[0], plan.EffectiveThreads)
                : [])));
    }

    // Round after round over all lengths and graphs, so that a busy moment of the machine does not fall on one of them.
    private static void RunInTurns(List<TimedGraph> timed, int lengths, BenchmarkPlan plan, CancellationToken cancellation)
    {
        for (int round = 0; round <= plan.Repetitions; round++)
        {
            for (int length = 0; length < lengths; length++)
            {
                foreach (TimedGraph each in timed)
                {
                    cancellation.ThrowIfCancellationRequested();
                    if (round == 0)
                    {
                        each.WarmUp(length, plan.LeastMilliseconds);
                    }
                    else
                    {
                        each.Time(length);
                    }
                }
            }
        }
    }

    // A foreign graph is what ours is measured by; any other is measured by ours.
    private static GraphRatio Compare(TimedGraph ours, TimedGraph other, bool isForeign, int length, int frames)
    {
        (TimedGraph reference, TimedGraph candidate) = isForeign ? (other, ours) : (ours, other);
        ComparableRuns runs = ComparableRuns.Of(reference.Describe(length), candidate.Describe(length));
        return new GraphRatio(reference.Models, candidate.Models, runs.Work.Task, frames, runs.Speed, runs.IsNoisy);
    }

    private static ImmutableArray<ModelSample> MakeSamples(string path, JsonObject configuration, BenchmarkPlan plan, IEnumerable<int> lengths)
    {
        using Model model = ModelReader.Read(path);
        SampleMaker maker = SampleMaker.For(model);
        return [.. lengths.Select(frames => maker.Seeded(plan.Seed, 1, ExtentOf(model, configuration, frames)).Single())];
    }

    private static double? ReadLoad() =>
        File.Exists(LoadFile) && double.TryParse(File.ReadAllText(LoadFile).Split(' ')[0], CultureInfo.InvariantCulture, out double load) ? load : null;
}
