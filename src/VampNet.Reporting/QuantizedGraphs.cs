using System.Collections.Immutable;
using VampNet.Inference.Inputs;
using VampNet.Onnx;
using VampNet.Onnx.Quantization;
using VampNet.Quantization;
using VampNet.Quantization.Judging;
using VampNet.Quantization.Search;
using VampNet.Reporting.Benchmarking;
using VampNet.Validation.Folders;
using VampNet.Validation.Inputs;

namespace VampNet.Reporting;

/// <summary>Judges the quantized graphs of folders against those in float32.</summary>
internal static class QuantizedGraphs
{
    // First seed of the judged inputs. Calibration starts at seed 1, and quantize judges from a million.
    private const ulong JudgedSeed = 2_000_000;

    private const int CodecPassages = 6;

    /// <summary>The graphs of a folder that its metadata calls quantized; others, such as a codec that went along as it was, are passed
    /// over.</summary>
    public static ImmutableArray<(ReportedModel Model, string Scheme)> Find(ModelFolder folder, IEnumerable<ReportedModel> models)
    {
        return
        [
            .. models
                .Select(model => (model, Read(folder.At(model.Graph), QuantizationReport.SchemeKey)!))
                .Where(each => each.Item2 is not null),
        ];
    }

    /// <summary>Describes the judged inputs in one line.</summary>
    public static string Describe(ReportRequest request) =>
        request.JudgedOn is { } music ? music.Description : $"{request.JudgedSamples} held-out seeded inputs";

    /// <summary>The graphs that miss a goal, each with the figure.</summary>
    public static ImmutableArray<GoalMiss> Missing(QualityGoal? goal, IEnumerable<QuantizedGraph> graphs) =>
        goal is null
            ? []
            :
            [
                .. from graph in graphs
                let value = goal.Measure(graph.Loss)
                where value is not null && !goal.IsMetBy(value.Value)
                select new GoalMiss(graph.Folder, graph.File, goal.ToString(), value.Value),
            ];

    /// <summary>Judges model after model, the graph in float32 once for all folders.</summary>
    public static ImmutableArray<QuantizedGraph> Judge(
        ModelFolder folder,
        ImmutableArray<ReportedModel> models,
        ReportRequest request,
        IProgress<VerificationProgress> progress,
        CancellationToken cancellationToken
    )
    {
        (ModelFolder Folder, ReportedModel Model, string Scheme)[] found =
        [
            .. request.Quantized.SelectMany(other => Find(other, models).Select(each => (other, each.Model, each.Scheme))),
        ];
        ImmutableArray<QuantizedGraph>.Builder judged = ImmutableArray.CreateBuilder<QuantizedGraph>();
        foreach (
            IGrouping<ReportedModel, (ModelFolder Folder, ReportedModel Model, string Scheme)> rivals in found.GroupBy(each => each.Model)
        )
        {
            string path = folder.At(rivals.Key.Graph);
            ImmutableArray<ModelSample> samples = Samples(path, rivals.Key, request);
            var reference = ReferenceOutputs.Compute(path, samples, request.Benchmark.Threads, request.Benchmark.Provider);
            foreach ((ModelFolder other, ReportedModel model, string scheme) in rivals)
            {
                progress.Report(new VerificationProgress($"{other.Name}/{model.Graph}", (double)judged.Count / found.Length));
                string candidate = other.At(model.Graph);
                QuantizationLoss loss = reference.Measure(candidate, samples.Length, cancellationToken);
                ImmutableArray<NodeOutputLoss> layers = LayerLossMeter.Measure(
                    path,
                    candidate,
                    samples[0],
                    request.Benchmark.Threads,
                    request.Benchmark.Provider
                );
                judged.Add(
                    new QuantizedGraph(
                        other.Name,
                        model.Graph,
                        scheme,
                        loss,
                        layers,
                        QuantizationJudge.BytesOf(path),
                        QuantizationJudge.BytesOf(candidate)
                    )
                    {
                        Calibration = Read(candidate, QuantizationRun.CalibrationKey),
                        Warning = Read(candidate, QuantizationRun.WarningKey) ?? Overlap(candidate, request.JudgedOn),
                    }
                );
            }
        }

        return judged.ToImmutable();
    }

    // Seeded inputs of another family than those for calibration: on its own family a graph would get too good a result.
    private static ImmutableArray<ModelSample> Samples(string path, ReportedModel model, ReportRequest request)
    {
        using Model graph = ModelReader.Read(path);
        SampleMaker maker = SampleMaker.For(graph, ExportedInputs.ProfileOf(path));
        int extent = GraphBenchmark.ExtentOf(graph, model.Configuration, request.JudgedFrames);
        // A transformer's passage is a run of a few layers, a codec's is seconds of sound through hundreds of convolutions.
        bool isCodec = model.Configuration["vocab_size"] is null;
        JudgedMusic? music =
            isCodec && request.JudgedOn is { MostPassages: > CodecPassages } all
                ? all with
                {
                    MostPassages = CodecPassages,
                }
                : request.JudgedOn;
        return music?.Samples(maker, extent) ?? [.. maker.Seeded(JudgedSeed, request.JudgedSamples, extent, SeedKind.Uneven)];
    }

    // By the files' names, which is what the metadata keep.
    private static string? Overlap(string path, JudgedMusic? judged)
    {
        string[] calibrated = Read(path, QuantizationRun.CalibrationKey)?.Split(", ") ?? [];
        string[] both = [.. (judged?.Paths ?? []).Select(Path.GetFileName).OfType<string>().Intersect(calibrated)];
        return both.Length == 0
            ? null
            : $"ranges were measured on {string.Join(", ", both)}, which it is judged on: other music may lose more";
    }

    private static string? Read(string path, string key)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        using Model model = ModelReader.Read(path);
        return model.Metadata.GetValueOrDefault(key);
    }
}
