using System.Collections.Immutable;
using System.Text.Json.Nodes;
using VampNet.Inference.Inputs;
using VampNet.Models;
using VampNet.Onnx;
using VampNet.Validation.Folders;
using VampNet.Validation.Inputs;

namespace VampNet.Reporting.Benchmarking;

/// <summary>Times one graph of a folder, in turns with those of other folders that do the same work, so only they are in memory
/// together.</summary>
internal static class GraphBenchmark
{
    /// <summary>Times the graph and its rivals at every length of the plan.</summary>
    /// <param name="folder">The graph's folder.</param>
    /// <param name="model">The graph's entry in its manifest.</param>
    /// <param name="others">Folders that may hold rivals.</param>
    /// <param name="plan">Lengths and repetitions.</param>
    /// <param name="progress">Receives the share of the rounds that is done; may be null.</param>
    /// <param name="cancellationToken">Stops between two runs.</param>
    /// <returns>The graph's times and then its rivals', and their relative speeds.</returns>
    /// <exception cref="ReportingException">VNI0201, VNI0202: a graph does not run. VNP0101: the graphs are of different models. VNP0106:
    /// a foreign graph computes something else.</exception>
    public static (ImmutableArray<GraphTimes> Times, ImmutableArray<GraphRatio> Ratios) Run(
        ModelFolder folder,
        ManifestModel model,
        IReadOnlyCollection<OtherGraphs> others,
        BenchmarkPlan plan,
        IProgress<VerificationProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        progress?.Report(new VerificationProgress(model.Graph, 0));
        string path = folder.At(model.Graph);
        ImmutableArray<ModelSample> samples = MakeSamples(path, model.Configuration, plan, plan.Frames);
        (OtherGraphs Other, string Path)[] rivals =
        [
            .. others.Where(other => other.Files.ContainsKey(model.Graph)).Select(other => (other, other.Files[model.Graph])),
        ];
        List<TimedGraph> timed = [];
        ImmutableArray<GraphRatio> ratios;
        try
        {
            timed.Add(new TimedGraph(folder.Name, model.Graph, path, samples, samples, plan.EffectiveThreads, plan.Provider));
            foreach ((OtherGraphs other, string file) in rivals)
            {
                ImmutableArray<ModelSample> fed = other.IsForeign
                    ? [.. samples.Select(sample => ForeignGraph.Feed(path, file, sample))]
                    : samples;
                timed.Add(new TimedGraph(other.Name, model.Graph, file, samples, fed, plan.EffectiveThreads, plan.Provider));
                if (other.IsForeign)
                {
                    ForeignGraph.RequireSameResult(timed[0], timed[^1], 0);
                }
            }

            RunInTurns(timed, samples.Length, plan, progress, cancellationToken);
            ratios =
            [
                .. rivals.SelectMany(
                    (rival, i) =>
                        plan.Frames.Select((frames, length) => Compare(timed[0], timed[i + 1], rival.Other.IsForeign, length, frames))
                ),
            ];
        }
        finally
        {
            timed.ForEach(each => each.Dispose());
        }

        // Profiling takes a session of its own, after the timed ones are disposed.
        return (
            [
                .. timed.Select(
                    (each, i) =>
                        new GraphTimes(
                            each.Models,
                            model.Graph,
                            each.StartMilliseconds,
                            [.. plan.Frames.Select((frames, length) => new LengthTimes(frames, each.Describe(length)))],
                            plan.ProfiledFrames is { } profiled && (i == 0 || !rivals[i - 1].Other.IsForeign)
                                ? OperatorProfile.Measure(
                                    each.Path,
                                    MakeSamples(path, model.Configuration, plan, [profiled])[0],
                                    plan.EffectiveThreads,
                                    plan.Provider
                                )
                                : []
                        )
                ),
            ],
            ratios
        );
    }

    /// <summary>The length of the last input dimension for a number of token frames: graphs of audio take one hop of samples per
    /// frame.</summary>
    public static int ExtentOf(Model model, JsonObject configuration, int frames) =>
        model.Graph.Inputs.Any(input => input.TensorType?.ElementType == ElementType.Float)
        && configuration["encoder_rates"] is JsonArray rates
            ? rates.Aggregate(frames, (product, rate) => checked(product * rate!.GetValue<int>()))
            : frames;

    /// <summary>Times graphs round after round over all lengths and graphs, so that a busy moment of the machine does not fall on one of
    /// them.</summary>
    public static void RunInTurns(
        List<TimedGraph> timed,
        int lengths,
        BenchmarkPlan plan,
        IProgress<VerificationProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        int[] repetitions =
        [
            .. Enumerable
                .Range(0, lengths)
                .Select(length =>
                    plan.RepetitionsOf(
                        timed.Sum(each =>
                        {
                            cancellationToken.ThrowIfCancellationRequested();
                            return each.WarmUp(length, plan.LeastMilliseconds) / 1000;
                        })
                    )
                ),
        ];
        int rounds = repetitions.Max();
        for (int round = 0; round < rounds; round++)
        {
            progress?.Report(new VerificationProgress(timed[0].Task, (1.0 + round) / (1 + rounds)));
            foreach (int length in Enumerable.Range(0, lengths).Where(length => round < repetitions[length]))
            {
                foreach (TimedGraph each in timed)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    each.Time(length);
                }
            }
        }
    }

    // A foreign graph is the reference for ours; for any other graph ours is the reference.
    private static GraphRatio Compare(TimedGraph ours, TimedGraph other, bool isForeign, int length, int frames)
    {
        (TimedGraph reference, TimedGraph candidate) = isForeign ? (other, ours) : (ours, other);
        ComparableRuns runs = ComparableRuns.Of(reference.Describe(length), candidate.Describe(length));
        return new GraphRatio(reference.Models, candidate.Models, runs.Work.Task, frames, runs.Speed, runs.IsNoisy);
    }

    private static ImmutableArray<ModelSample> MakeSamples(
        string path,
        JsonObject configuration,
        BenchmarkPlan plan,
        IEnumerable<int> lengths
    )
    {
        using Model model = ModelReader.Read(path);
        SampleMaker maker = SampleMaker.For(model, ExportedInputs.ProfileOf(model));
        return [.. lengths.Select(frames => maker.Seeded(plan.Seed, 1, ExtentOf(model, configuration, frames)).Single())];
    }
}
