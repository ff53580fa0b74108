using System.Collections.Immutable;
using System.Text.Json.Nodes;
using VampNet.Quantization.Judging;
using VampNet.Reporting.Baselines;
using VampNet.Reporting.Benchmarking;
using VampNet.Validation.Machine;
using VampNet.Validation.Verdicts;

namespace VampNet.Reporting;

/// <summary>The report of a folder of exported models: provenance, parity, sizes, times, sound. What report.json
/// holds.</summary>
public sealed record RunReport
{
    /// <summary>The form that this version writes.</summary>
    public const string CurrentFormat = "vampnet-report/1";

    /// <summary>The form of this report.</summary>
    public string Format { get; init; } = CurrentFormat;

    /// <summary>What the models are called: their folder's name.</summary>
    public required string Name { get; init; }

    /// <summary>The tool that exported the models, with its version.</summary>
    public required string Tool { get; init; }

    /// <summary>The version of the standard operator set.</summary>
    public required int Opset { get; init; }

    /// <summary>Which operators the graphs use: <c>portable</c> or <c>onnxruntime</c>.</summary>
    public required string Target { get; init; }

    /// <summary>The licence of the weights, an SPDX expression where one exists, or <c>unstated</c>.</summary>
    public required string WeightLicense { get; init; }

    /// <summary>The models in pipeline order: coarse, c2f, encoder, decoder.</summary>
    public required ImmutableArray<ReportedModel> Models { get; init; }

    /// <summary>How close each graph is to TorchSharp.</summary>
    public required VerificationReport Verification { get; init; }

    /// <summary>What became of the checkpoints' tensors.</summary>
    public required ImmutableArray<LedgerSummary> Ledgers { get; init; }

    /// <summary>Where the weights are.</summary>
    public required ImmutableArray<WeightShare> Weights { get; init; }

    /// <summary>What quantized graphs lose and gain; empty when there are none.</summary>
    public required ImmutableArray<QuantizedGraph> Quantized { get; init; }

    /// <summary>How fast the graphs are.</summary>
    public required BenchmarkReport Benchmark { get; init; }

    /// <summary>The clips.</summary>
    public required ImmutableArray<ClipFacts> Clips { get; init; }

    /// <summary>What this report leaves out.</summary>
    public required ImmutableArray<SkippedPart> Skipped { get; init; }

    /// <summary>The machine that the times are of.</summary>
    public required MachineReport Machine { get; init; }

    /// <summary>The comparison with an earlier report's figures; empty without a baseline.</summary>
    public ImmutableArray<MetricComparison> Comparisons { get; init; } = [];

    /// <summary>Whether every graph is within its budget, and no figure are worse than the baseline allows.</summary>
    public bool Passed => Verification.Passed && Comparisons.All(each => each.Outcome != MetricOutcome.Regressed);

    /// <summary>One or two sentences: whether every graph is within its budget, and what are worse than the baseline allows.</summary>
    public string Verdict =>
        Comparisons.Count(each => each.Outcome == MetricOutcome.Regressed) is > 0 and var fallen
            ? $"REGRESSED: {fallen} of {Comparisons.Length} figures are worse than the baseline allows. {Parity}"
            : Parity;

    /// <summary>The number of the first codebook whose tokens a graph chooses: c2f's output starts behind the codebooks that it is
    /// given.</summary>
    internal int FirstCodebook(string file) =>
        Models.FirstOrDefault(model => model.Graph == file)?.Configuration["n_conditioning_codebooks"]?.GetValue<int>() ?? 0;

    /// <summary>The size on disk of a graph with its external data.</summary>
    internal long BytesOf(string models, string file) =>
        Quantized.FirstOrDefault(graph => graph.Folder == models && graph.File == file)?.BytesAfter
        ?? Verification.Graphs.FirstOrDefault(graph => graph.File == file)?.Bytes
        ?? 0;

    private string Parity =>
        Verification switch
        {
            { Passed: true } => $"Passed: all {Verification.Graphs.Length} graphs are within their budgets.",
            { Verdicts.IsEmpty: true } => "Not verified: run vampnet verify first.",
            _ => $"FAILED: {string.Join(", ", NotPassed)} beyond budget or not judged.",
        };

    private IEnumerable<string> NotPassed =>
        Verification
            .Graphs.Select(graph => graph.File)
            .Where(file => !Verification.Verdicts.Any(verdict => verdict.File == file && verdict.Passed));
}

/// <summary>A model and its provenance.</summary>
/// <param name="Name">coarse, c2f, codec_encoder or codec_decoder.</param>
/// <param name="Graph">The graph's file.</param>
/// <param name="CheckpointSha256">SHA-256 of the checkpoint.</param>
/// <param name="CodecSha256">SHA-256 of the codec's checkpoint; null for the codec's own graphs.</param>
/// <param name="LoraSha256">SHA-256 of the LoRA file; null when none was laid over.</param>
/// <param name="Configuration">The configuration, with upstream's key names.</param>
public sealed record ReportedModel(
    string Name,
    string Graph,
    string CheckpointSha256,
    string? CodecSha256,
    string? LoraSha256,
    JsonObject Configuration
);

/// <summary>The loss and the size of a quantized graph against its reference. How fast it is stands in <see
/// cref="BenchmarkReport.Ratios"/>.</summary>
/// <param name="Folder">The name of its folder.</param>
/// <param name="File">The graph's file, as the reference's.</param>
/// <param name="Scheme">The number format of weights and activations.</param>
/// <param name="Loss">The loss on held-out inputs.</param>
/// <param name="Layers">The loss of each layer on one input, including losses of earlier layers; empty for graphs without
/// layers.</param>
/// <param name="BytesBefore">The reference's files.</param>
/// <param name="BytesAfter">Its files.</param>
public sealed record QuantizedGraph(
    string Folder,
    string File,
    string Scheme,
    QuantizationLoss Loss,
    ImmutableArray<NodeOutputLoss> Layers,
    long BytesBefore,
    long BytesAfter
);

/// <summary>A clip of the report.</summary>
/// <param name="Label">The clip's title.</param>
/// <param name="Seconds">How long it is.</param>
/// <param name="Loudness">Integrated loudness in LUFS.</param>
/// <param name="LogMelDistance">Mean distance of its log-mel spectrogram from the input's, in decibels; 0 for the input itself.</param>
/// <param name="DistanceFromFloat32">The same from the clip that the models in float32 made of the same input with the same seed; null for
/// clips without one.</param>
public sealed record ClipFacts(string Label, double Seconds, double Loudness, double LogMelDistance, double? DistanceFromFloat32);
