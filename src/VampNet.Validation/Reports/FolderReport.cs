using System.Collections.Immutable;
using System.Text.Json.Nodes;
using VampNet.Export;
using VampNet.Onnx;
using VampNet.Onnx.Quantization;
using VampNet.Validation.Benchmarking;
using VampNet.Validation.Quantization;

namespace VampNet.Validation.Reports;

/// <summary>Measures a folder of exported models for a report.</summary>
public static class FolderReport
{
    // Held out: calibration counts its seeds from 1.
    private const ulong JudgedSeed = 2_000_000;

    /// <summary>Measures everything that a report holds. The verdicts are those that the folder's manifest records.</summary>
    /// <returns>The report, and the clips that go with it: the input first. Empty when the folder lacks a model.</returns>
    /// <exception cref="ValidationException">VNV0301, VNV0302: no exported folder, or files of it have changed. VNV0602: a damaged ledger. VNV0605: a folder without quantized graphs of these models. Those of <see cref="FolderBenchmark"/> and <see cref="QuantizationJudge"/>.</exception>
    public static async Task<(RunReport Report, ImmutableArray<ReportClip> Clips)> MakeAsync(
        ModelFolder folder, ReportRequest request, MachineReport machine, IProgress<VerificationProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(request);
        ExportManifest manifest = folder.ReadManifest();
        folder.RequireUnchanged(manifest);
        ImmutableArray<ReportedModel> models =
        [
            .. ModelFolder.InRoadOrder(manifest).Select(each => new ReportedModel(
                each.Key, each.Value.Graph, each.Value.CheckpointSha256, each.Value.CodecSha256, each.Value.LoraSha256, (JsonObject)each.Value.Configuration.DeepClone())),
        ];
        foreach (ModelFolder other in request.Quantized)
        {
            FolderBenchmark.RequireShared(other, models.Select(model => model.Graph));
        }

        bool makesMusic = models.Length == 4;

        progress?.Report(new VerificationProgress("graphs", 0));
        BenchmarkReport benchmark = FolderBenchmark.Run(folder, request.Benchmark, cancellation: cancellation);
        progress?.Report(new VerificationProgress("quantized graphs", 0.4));
        ImmutableArray<QuantizedGraph> quantized = [.. request.Quantized.SelectMany(other => Judge(folder, other, models, request, cancellation))];
        progress?.Report(new VerificationProgress("music", 0.7));
        ImmutableArray<ReportClip> clips = makesMusic ? await ListenAsync(folder, request, cancellation).ConfigureAwait(false) : [];

        var report = new RunReport
        {
            Name = Path.GetFileName(Path.GetFullPath(folder.Path).TrimEnd(Path.DirectorySeparatorChar)),
            Tool = manifest.Tool,
            Opset = manifest.Opset,
            Target = manifest.Target,
            WeightLicense = manifest.WeightLicense,
            Models = models,
            Verification = folder.ReadVerification(),
            Ledgers = [.. manifest.Models.Values.Select(model => model.Ledger).Distinct().Select(file => LedgerSummary.Parse(file, File.ReadAllText(folder.At(file))))],
            Weights = [.. models.SelectMany(model => DescribeWeights(folder, model.Graph))],
            Quantized = quantized,
            Benchmark = benchmark,
            Clips = [.. clips.Select(clip => clip.Describe(clips[0]))],
            Skipped = [.. Skipped(request, makesMusic)],
            Machine = machine,
        };
        return (report, clips);
    }

    private static async Task<ImmutableArray<ReportClip>> ListenAsync(ModelFolder folder, ReportRequest request, CancellationToken cancellation)
    {
        ImmutableArray<ReportClip> clips = await SoundCheck.ListenAsync(folder.Path, request.Input, request.Benchmark.Threads, cancellation).ConfigureAwait(false);
        foreach (ModelFolder other in request.Quantized.Where(IsWhole))
        {
            clips = clips.Add(await SoundCheck.VampAsync(other.Path, $"vamp, {Path.GetFileName(other.Path)}", clips[0].Sound, request.Benchmark.Threads, cancellation).ConfigureAwait(false));
        }

        return clips;
    }

    private static IEnumerable<QuantizedGraph> Judge(ModelFolder folder, ModelFolder other, ImmutableArray<ReportedModel> models, ReportRequest request, CancellationToken cancellation)
    {
        foreach (ReportedModel each in models.Where(model => File.Exists(other.At(model.Graph))))
        {
            using Model candidate = ModelReader.Read(other.At(each.Graph));
            if (candidate.Metadata.GetValueOrDefault(QuantizationReport.SchemeKey) is { } scheme)
            {
                ModelSample[] samples = [.. SampleMaker.For(candidate).Seeded(JudgedSeed, request.JudgedSamples, FolderBenchmark.ExtentOf(candidate, each.Configuration, request.JudgedFrames))];
                yield return new QuantizedGraph(
                    Path.GetFileName(other.Path), each.Graph, scheme, QuantizationJudge.Judge(folder.At(each.Graph), other.At(each.Graph), samples, request.Benchmark.Threads, cancellation));
            }
        }
    }

    private static ImmutableArray<WeightShare> DescribeWeights(ModelFolder folder, string graph)
    {
        using Model model = ModelReader.Read(folder.At(graph));
        return WeightShare.Of(graph, model);
    }

    private static IEnumerable<SkippedPart> Skipped(ReportRequest request, bool makesMusic)
    {
        if (request.Quantized.IsEmpty)
        {
            yield return new("quantization", "no folder of quantized graphs was named: make one with vampnet quantize, and name it with --quantized");
        }

        foreach (ModelFolder other in request.Quantized.Where(other => makesMusic && !IsWhole(other)))
        {
            yield return new($"the sound of {Path.GetFileName(other.Path)}", "it does not hold all four graphs");
        }

        if (!makesMusic)
        {
            yield return new("music", "the folder does not hold coarse, c2f, codec_encoder and codec_decoder");
        }
        else if (request.Benchmark.MusicSeconds == 0)
        {
            yield return new("the real-time factor", "it was not asked for: --music 0");
        }

        if (makesMusic && request.Input is null)
        {
            yield return new("a recording", "none was given, so the models are heard on seeded sound: name one with --input");
        }
    }

    private static bool IsWhole(ModelFolder folder) =>
        new[] { "coarse.onnx", "c2f.onnx", "codec_encoder.onnx", "codec_decoder.onnx" }.All(file => File.Exists(folder.At(file)));
}
