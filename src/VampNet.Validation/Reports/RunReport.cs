using System.Collections.Immutable;
using System.Text.Json.Nodes;
using VampNet.Validation.Benchmarking;
using VampNet.Validation.Quantization;

namespace VampNet.Validation.Reports;

/// <summary>Everything known of a folder of exported models: what they are, whether they are right, how big, how fast. What report.json holds.</summary>
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

    /// <summary>The models, in the order music takes.</summary>
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

    /// <summary>What can be heard.</summary>
    public required ImmutableArray<ClipFacts> Clips { get; init; }

    /// <summary>What this report leaves out.</summary>
    public required ImmutableArray<SkippedPart> Skipped { get; init; }

    /// <summary>The machine that the times are of.</summary>
    public required MachineReport Machine { get; init; }

    /// <summary>One sentence: whether every graph is within its budget.</summary>
    public string Verdict => Verification switch
    {
        { Passed: true } => $"Passed: all {Verification.Graphs.Length} graphs are within their budgets.",
        { Verdicts.IsEmpty: true } => "Not verified: run vampnet verify first.",
        _ => $"FAILED: {string.Join(", ", Verification.Graphs.Where(graph => !Verification.Verdicts.Any(verdict => verdict.File == graph.File && verdict.Passed)).Select(graph => graph.File))} beyond budget or not judged.",
    };
}

/// <summary>What a model is and where it came from.</summary>
/// <param name="Name">coarse, c2f, codec_encoder or codec_decoder.</param>
/// <param name="Graph">The graph's file.</param>
/// <param name="CheckpointSha256">SHA-256 of the checkpoint.</param>
/// <param name="CodecSha256">SHA-256 of the codec's checkpoint; null for the codec's own graphs.</param>
/// <param name="LoraSha256">SHA-256 of the LoRA file; null when none was laid over.</param>
/// <param name="Configuration">The configuration, with upstream's key names.</param>
public sealed record ReportedModel(string Name, string Graph, string CheckpointSha256, string? CodecSha256, string? LoraSha256, JsonObject Configuration);

/// <summary>What a quantized graph loses and gains against its reference.</summary>
/// <param name="Folder">The name of its folder.</param>
/// <param name="File">The graph's file, as the reference's.</param>
/// <param name="Scheme">What became of weights and activations.</param>
/// <param name="Judgement">The figures.</param>
public sealed record QuantizedGraph(string Folder, string File, string Scheme, QuantizationJudgement Judgement);

/// <summary>A clip of the report.</summary>
/// <param name="Label">What is heard.</param>
/// <param name="Seconds">How long it is.</param>
/// <param name="Loudness">Integrated loudness in LUFS.</param>
/// <param name="LogMelDistance">Mean distance of its log-mel spectrogram from the input's, in decibels; 0 for the input itself.</param>
public sealed record ClipFacts(string Label, double Seconds, double Loudness, double LogMelDistance);

/// <summary>Something the report leaves out.</summary>
/// <param name="Part">What.</param>
/// <param name="Reason">Why, and how to have it.</param>
public sealed record SkippedPart(string Part, string Reason);
