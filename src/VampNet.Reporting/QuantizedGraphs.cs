using System.Collections.Immutable;
using VampNet.Inference.Inputs;
using VampNet.Onnx;
using VampNet.Onnx.Quantization;
using VampNet.Quantization.Judging;
using VampNet.Reporting.Benchmarking;
using VampNet.Validation.Folders;

namespace VampNet.Reporting;

/// <summary>Judges the quantized graphs of folders against those in float32.</summary>
internal static class QuantizedGraphs
{
    // Held out: calibration counts its seeds from 1, quantize judges from a million.
    private const ulong JudgedSeed = 2_000_000;

    // The figures of earlier reports are of codes below this.
    private const int JudgedVocabulary = 2;

    /// <summary>The graphs of a folder that its metadata calls quantized; others, such as a codec that went along as it was, are passed
    /// over.</summary>
    public static ImmutableArray<(ReportedModel Model, string Scheme)> Find(ModelFolder folder, IEnumerable<ReportedModel> models)
    {
        return [.. models.Select(model => (model, SchemeOf(folder.At(model.Graph))!)).Where(each => each.Item2 is not null)];
    }

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
            var reference = ReferenceOutputs.Of(path, samples, request.Benchmark.Threads, request.Benchmark.Provider);
            foreach ((ModelFolder other, ReportedModel model, string scheme) in rivals)
            {
                new ProgressPart(progress, $"{other.Name}/{model.Graph}", judged.Count, found.Length).Report(0);
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
                );
            }
        }

        return judged.ToImmutable();
    }

    private static ImmutableArray<ModelSample> Samples(string path, ReportedModel model, ReportRequest request)
    {
        using Model graph = ModelReader.Read(path);
        return
        [
            .. SampleMaker
                .For(graph, new InputProfile { Vocabulary = JudgedVocabulary })
                .Seeded(JudgedSeed, request.JudgedSamples, GraphBenchmark.ExtentOf(graph, model.Configuration, request.JudgedFrames)),
        ];
    }

    private static string? SchemeOf(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        using Model model = ModelReader.Read(path);
        return model.Metadata.GetValueOrDefault(QuantizationReport.SchemeKey);
    }
}
