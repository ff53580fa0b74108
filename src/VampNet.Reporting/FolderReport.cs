using System.Collections.Immutable;
using VampNet.Models;
using VampNet.Onnx;
using VampNet.Quantization.Judging;
using VampNet.Reporting.Benchmarking;
using VampNet.Reporting.Sound;
using VampNet.Validation.Folders;
using VampNet.Validation.Machine;
using VampNet.Validation.Verdicts;

namespace VampNet.Reporting;

/// <summary>Measures a folder of exported models for a report.</summary>
public static class FolderReport
{
    /// <summary>Measures everything that a report holds. The verdicts are those that the folder's manifest records.</summary>
    /// <returns>The report, and the clips that go with it: the input first. Empty when the folder lacks a model.</returns>
    /// <exception cref="ReportingException">VNV0301, VNV0302: no exported folder, or files of it have changed. VNP0102: a damaged ledger.
    /// VNP0105: another folder without graphs of these models, or a tuned one without all four. Those of <see cref="FolderBenchmark"/>
    /// and <see cref="QuantizationJudge"/>.</exception>
    public static async Task<(RunReport Report, ImmutableArray<ReportClip> Clips)> MakeAsync(
        ModelFolder folder,
        ReportRequest request,
        MachineReport machine,
        IProgress<VerificationProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(request);
        ModelManifest manifest = folder.ReadManifest();
        folder.RequireUnchanged(manifest);
        ImmutableArray<ReportedModel> models = ReportedModel.Of(manifest);
        RequireMusic(request.Tuned);
        OtherGraphs[] others = [.. Others(models, request)];
        VerificationReport verification = folder.ReadVerification();

        BenchmarkReport benchmark = FolderBenchmark.Run(
            folder,
            request.Benchmark,
            others,
            new ProgressShare(progress, 0, 0.7),
            cancellationToken
        );
        ImmutableArray<QuantizedGraph> quantized = QuantizedGraphs.Judge(
            folder,
            models,
            request,
            new ProgressShare(progress, 0.7, 0.8),
            cancellationToken
        );
        ImmutableArray<ReportClip> clips =
            models.Length == 4
                ? await ListenAsync(folder, request, new ProgressShare(progress, 0.8, 0.95), cancellationToken).ConfigureAwait(false)
                : [];
        progress?.Report(new VerificationProgress("the codec on held-out music", 0.95));
        ImmutableArray<RoundTripLoss> roundTrips = await RoundTripCheck
            .MeasureAsync(folder, request.Quantized, request.JudgedOn, request.Benchmark.Threads, cancellationToken)
            .ConfigureAwait(false);

        var report = new RunReport
        {
            Name = folder.Name,
            Tool = manifest.Tool,
            Opset = manifest.Opset,
            Target = manifest.Target,
            WeightLicense = manifest.WeightLicense,
            Models = models,
            Verification = verification,
            Ledgers =
            [
                .. manifest
                    .Models.Values.Select(model => model.Ledger)
                    .Distinct()
                    .Select(file => LedgerSummary.Parse(file, File.ReadAllText(folder.At(file)))),
            ],
            Weights =
            [
                .. models.SelectMany(model =>
                    request
                        .Quantized.Where(other => quantized.Any(each => each.Folder == other.Name && each.File == model.Graph))
                        .Prepend(folder)
                        .SelectMany(each => DescribeWeights(each, model.Graph))
                ),
            ],
            Quantized = quantized,
            JudgedOn = QuantizedGraphs.Describe(request),
            GoalMisses = QuantizedGraphs.Missing(request.Goal, quantized),
            Benchmark = benchmark,
            Clips = [.. clips.Select(clip => clip.Describe(clips[0]))],
            RoundTrips = roundTrips,
            Skipped = SkippedPart.Of(request, models, verification),
            Machine = machine,
        };
        return (report, clips);
    }

    // Graphs that are not quantized in a quantized folder equal the originals, so they are not timed.
    private static IEnumerable<OtherGraphs> Others(ImmutableArray<ReportedModel> models, ReportRequest request)
    {
        foreach (ModelFolder other in request.Quantized)
        {
            var shared = OtherGraphs.Find(other, models.Select(model => model.Graph));
            var quantized = QuantizedGraphs.Find(other, models).Select(each => each.Model.Graph).ToHashSet();
            yield return shared with
            {
                Files = shared.Files.RemoveRange(shared.Files.Keys.Except(quantized)),
                Music = other.MakesMusic ? other : null,
            };
        }

        if (request.Exporter is { } exporter)
        {
            yield return OtherGraphs.FindFromExporter(exporter, models.Select(model => model.Graph));
        }
    }

    private static async Task<ImmutableArray<ReportClip>> ListenAsync(
        ModelFolder folder,
        ReportRequest request,
        ProgressShare progress,
        CancellationToken cancellationToken
    )
    {
        (ModelFolder Folder, string Label, bool IsTuned)[] others =
        [
            .. request.Tuned.Select(tuned => (tuned, $"after tuning: vamp, {tuned.Name}", true)),
            .. request.Quantized.Where(other => other.MakesMusic).Select(other => (other, $"vamp, {other.Name}", false)),
        ];
        int parts = 1 + others.Length;
        progress.Report(new VerificationProgress("music to hear", 0));
        ImmutableArray<ReportClip> clips = await SoundCheck
            .ListenAsync(folder.Path, request.Input, request.Vamp, request.Benchmark.Loading, cancellationToken)
            .ConfigureAwait(false);
        ReportClip float32 = request.Tuned.IsEmpty ? clips[^1] : clips[^1] with { Label = $"before tuning: vamp, {folder.Name}" };
        clips = clips.SetItem(clips.Length - 1, float32);
        foreach (((ModelFolder other, string label, bool isTuned), int i) in others.Select((other, i) => (other, i)))
        {
            progress.Report(new VerificationProgress($"music to hear, {other.Name}", (1.0 + i) / parts));
            ReportClip clip = await SoundCheck
                .VampAsync(other.Path, label, clips[0].Sound, request.Vamp, request.Benchmark.Loading, cancellationToken)
                .ConfigureAwait(false);
            clips = clips.Add(clip with { IsTuned = isTuned, Float32 = isTuned ? null : float32 });
        }

        return clips;
    }

    private static void RequireMusic(ImmutableArray<ModelFolder> folders)
    {
        foreach (ModelFolder folder in folders.Where(folder => !folder.MakesMusic))
        {
            throw new ReportingException(
                ReportingErrorIds.NoGraphs,
                found: $"no {ModelFiles.Graphs.First(file => !File.Exists(folder.At(file)))} in {folder.Path}",
                expected: "the four graphs of tuned models",
                advice: "Export the run together with the checkpoints that it began with: vampnet export --checkpoints DIR --lora RUN"
            );
        }
    }

    private static ImmutableArray<WeightShare> DescribeWeights(ModelFolder folder, string graph)
    {
        using Model model = ModelReader.Read(folder.At(graph));
        return WeightShare.Of(folder.Name, graph, model);
    }
}
