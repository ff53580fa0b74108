using System.Collections.Immutable;
using System.Diagnostics;
using VampNet.Inference.Inputs;
using VampNet.Onnx;
using VampNet.Quantization.Judging;
using VampNet.Validation.Folders;

namespace VampNet.Reporting.Benchmarking;

/// <summary>Times one graph from any exporter, alone or in turns with another; what <c>vampnet bench FILE</c> does.</summary>
public static class FileBenchmark
{
    /// <summary>Times a graph at several sizes.</summary>
    /// <param name="path">The graph.</param>
    /// <param name="against">Another that takes the same inputs; null for none.</param>
    /// <param name="profile">Properties of the inputs that the graph does not declare.</param>
    /// <param name="extents">The lengths of what is in a row where the graph leaves it open; empty for lengths at which it runs.</param>
    /// <param name="plan">Repetitions and threads.</param>
    /// <param name="progress">Receives the file and the fraction of the work that is done; may be null.</param>
    /// <param name="cancellationToken">Stops between two runs.</param>
    /// <exception cref="Inference.InferenceException">VNI0201, VNI0202: a graph does not load or run. VNI0301: no inputs can be made up for
    /// it.</exception>
    /// <exception cref="ReportingException">VNP0141: the other graph takes other inputs.</exception>
    public static FileBenchmarkReport Run(
        string path,
        string? against,
        InputProfile profile,
        ImmutableArray<int> extents,
        BenchmarkPlan plan,
        IProgress<VerificationProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(plan);
        double? load = FolderBenchmark.ReadLoad();
        using Model model = ModelReader.Read(path);
        SampleMaker maker = SampleMaker.For(model, profile);
        if (against is not null)
        {
            RequireSameInputs(path, maker, against, profile);
        }

        ImmutableArray<int> sizes = SizesOf(path, model, maker, profile, extents, plan);
        ImmutableArray<ModelSample> samples = [.. sizes.Select(extent => maker.Seeded(plan.Seed, 1, extent).Single())];
        string task = Path.GetFileName(path);
        string[] files = against is null ? [path] : [path, against];
        List<TimedGraph> timed = [];
        List<long> memory = [];
        try
        {
            foreach (string file in files)
            {
                long before = Resident();
                timed.Add(new TimedGraph(file, task, file, samples, samples, plan.EffectiveThreads, plan.Provider));
                for (int size = 0; size < samples.Length; size++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    timed[^1].FirstOutput(size);
                }

                memory.Add(Math.Max(0, Resident() - before));
            }

            GraphBenchmark.RunInTurns(timed, samples.Length, plan, progress, cancellationToken);
        }
        finally
        {
            timed.ForEach(each => each.Dispose());
        }

        // Profiled when the timed sessions are gone: it takes one of its own.
        ImmutableArray<FileTimes> times =
        [
            .. timed.Select(
                (each, i) =>
                    new FileTimes(
                        each.Path,
                        QuantizationJudge.BytesOf(each.Path),
                        each.StartMilliseconds,
                        memory[i],
                        [.. samples.Select((_, size) => each.Describe(size))],
                        OperatorProfile.Measure(each.Path, samples[^1], plan.EffectiveThreads, plan.Provider)
                    )
            ),
        ];
        using var process = Process.GetCurrentProcess();
        FileBenchmarkReport report = new(times, RatiosOf(times), process.PeakWorkingSet64, load, Environment.ProcessorCount);
        return against is null ? report : Compare(report, model, path, against, samples, plan, cancellationToken);
    }

    private static FileBenchmarkReport Compare(
        FileBenchmarkReport report,
        Model model,
        string path,
        string against,
        ImmutableArray<ModelSample> samples,
        BenchmarkPlan plan,
        CancellationToken cancellationToken
    )
    {
        OutputKindGuess output = plan.OutputKind is { } given ? new OutputKindGuess(given, "as given") : OutputKindGuess.Of(model);
        try
        {
            QuantizationLoss loss = QuantizationJudge.Measure(
                path,
                against,
                samples,
                plan.EffectiveThreads,
                plan.Provider,
                output.Kind,
                cancellationToken
            );
            return report with { Loss = loss, Output = output };
        }
        catch (Quantization.QuantizationException error) when (error.Id == Quantization.QuantizationErrorIds.OutputsIncomparable)
        {
            return report with { Incomparable = $"{error.Found}, where {error.Expected}" };
        }
        catch (Inference.InferenceException error)
            when (error.Id == Inference.InferenceErrorIds.GraphDoesNotRun && error.InnerException is null)
        {
            return report with { Incomparable = $"{error.Found}" };
        }
    }

    private static ImmutableArray<FileRatio> RatiosOf(ImmutableArray<FileTimes> times) =>
        times is [var first, var second]
            ?
            [
                .. first
                    .Runs.Zip(second.Runs, ComparableRuns.Of)
                    .Select(runs => new FileRatio(second.File, runs.Work.Inputs, runs.Speed, runs.IsNoisy)),
            ]
            : [];

    private static ImmutableArray<int> SizesOf(
        string path,
        Model model,
        SampleMaker maker,
        InputProfile profile,
        ImmutableArray<int> extents,
        BenchmarkPlan plan
    )
    {
        if (!maker.HasOpenLengths)
        {
            return [1];
        }

        if (!extents.IsEmpty)
        {
            return [.. extents.Select(extent => extent * maker.SamplesPerFrame)];
        }

        if (!profile.JudgedFrames.IsEmpty)
        {
            return [.. plan.Frames.Select(frames => frames * maker.SamplesPerFrame)];
        }

        int wished = ExtentDefaults.For(model);
        int found = RunnableExtent.Find(path, maker, wished, plan.EffectiveThreads) ?? wished;
        return [.. RunnableExtent.Filter(path, maker, [found / 2, found, found * 2], plan.EffectiveThreads).DefaultIfEmpty(found)];
    }

    private static void RequireSameInputs(string path, SampleMaker maker, string against, InputProfile profile)
    {
        using Model other = ModelReader.Read(against);
        string[] wanted = [.. maker.Plans.Select(plan => $"{plan.Name} {plan.ElementType.OnnxName}").Order(StringComparer.Ordinal)],
            found =

            [
                .. SampleMaker
                    .For(other, profile)
                    .Plans.Select(plan => $"{plan.Name} {plan.ElementType.OnnxName}")
                    .Order(StringComparer.Ordinal),
            ];
        if (!wanted.SequenceEqual(found))
        {
            throw new ReportingException(
                ReportingErrorIds.InputsDiffer,
                found: $"{against}, which takes {string.Join(", ", found)}",
                expected: $"the inputs of {path}: {string.Join(", ", wanted)}",
                advice: "Times on other inputs cannot be compared: name a graph of the same model"
            );
        }
    }

    private static long Resident()
    {
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
