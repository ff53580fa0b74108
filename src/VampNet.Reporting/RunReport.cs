using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using VampNet.Models;
using VampNet.Quantization.Judging;
using VampNet.Reporting.Baselines;
using VampNet.Reporting.Benchmarking;
using VampNet.Reporting.Sound;
using VampNet.Validation.Folders;
using VampNet.Validation.Machine;
using VampNet.Validation.Verdicts;

namespace VampNet.Reporting;

/// <summary>The report of a folder of exported models: provenance, parity, sizes, times, sound. Written to report.json.</summary>
public sealed record RunReport
{
    /// <summary>The format version that this library writes.</summary>
    public const string CurrentFormat = "vampnet-report/1";

    /// <summary>The format version of this report.</summary>
    public string Format { get; init; } = CurrentFormat;

    /// <summary>Name of the models' folder.</summary>
    public required string Name { get; init; }

    /// <summary>The tool that exported the models, with its version.</summary>
    public required string Tool { get; init; }

    /// <summary>The version of the standard operator set.</summary>
    public required int Opset { get; init; }

    /// <summary>Target of the graphs: standard operators alone or ONNX Runtime's too, <c>portable</c> or <c>onnxruntime</c>.</summary>
    public required string Target { get; init; }

    /// <summary>The licence of the weights, an SPDX expression where one exists, or <c>unstated</c>.</summary>
    public required string WeightLicense { get; init; }

    /// <summary>The models in pipeline order: coarse, c2f, encoder, decoder.</summary>
    public required ImmutableArray<ReportedModel> Models { get; init; }

    /// <summary>The comparison of each graph with TorchSharp.</summary>
    public required VerificationReport Verification { get; init; }

    /// <summary>The use of the checkpoints' tensors.</summary>
    public required ImmutableArray<LedgerSummary> Ledgers { get; init; }

    /// <summary>The weights by part and format.</summary>
    public required ImmutableArray<WeightShare> Weights { get; init; }

    /// <summary>Loss and size of quantized graphs; empty if there are none.</summary>
    public required ImmutableArray<QuantizedGraph> Quantized { get; init; }

    /// <summary>The inputs that quantized graphs were judged on.</summary>
    public string JudgedOn { get; init; } = "";

    /// <summary>The quantized graphs that miss the goal that was set; empty when none does, or none was set.</summary>
    public ImmutableArray<GoalMiss> GoalMisses { get; init; } = [];

    /// <summary>The times of the graphs.</summary>
    public required BenchmarkReport Benchmark { get; init; }

    /// <summary>The clips.</summary>
    public required ImmutableArray<ClipFacts> Clips { get; init; }

    /// <summary>The loss of the codecs' round trips on held-out recordings; empty if there were none.</summary>
    public ImmutableArray<RoundTripLoss> RoundTrips { get; init; } = [];

    /// <summary>The parts that this report leaves out.</summary>
    public required ImmutableArray<SkippedPart> Skipped { get; init; }

    /// <summary>The machine that the times are of.</summary>
    public required MachineReport Machine { get; init; }

    /// <summary>The comparison with an earlier report's figures; empty without a baseline.</summary>
    public ImmutableArray<MetricComparison> Comparisons { get; init; } = [];

    /// <summary>Whether every graph is within its budget, no quantized one misses the goal, and no figure is worse than the baseline
    /// allows.</summary>
    public bool Passed => Verification.Passed && GoalMisses.IsEmpty && Comparisons.All(each => each.Outcome != MetricOutcome.Regressed);

    /// <summary>A few sentences: which figures are worse than the baseline allows, what misses the goal, what quantization costs in nats,
    /// and whether every graph is within its budget.</summary>
    public string Verdict =>
        Comparisons.Count(each => each.Outcome == MetricOutcome.Regressed) is > 0 and var fallen
            ? $"REGRESSED: {fallen} of {Comparisons.Length} figures are worse than the baseline allows. {Quality}{Parity}"
            : $"{Quality}{Parity}";

    /// <summary>The number of the first codebook whose tokens a graph chooses: c2f's output starts behind the codebooks that it is
    /// given.</summary>
    internal int FirstCodebook(string file) =>
        Models.FirstOrDefault(model => model.Graph == file)?.Configuration["n_conditioning_codebooks"]?.GetValue<int>() ?? 0;

    /// <summary>The size on disk of a graph with its external data.</summary>
    internal long BytesOf(string models, string file) =>
        Quantized.FirstOrDefault(graph => graph.Folder == models && graph.File == file)?.BytesAfter
        ?? Verification.Graphs.FirstOrDefault(graph => graph.File == file)?.Bytes
        ?? 0;

    private string Quality =>
        string.Concat(
            GoalMisses
                .Select(miss => $"MISSED: {miss}. ")
                .Concat(Quantized.Where(graph => graph.Loss.Likelihood is not null).GroupBy(graph => graph.Folder).Select(DescribeNats))
        );

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

    private static string DescribeNats(IEnumerable<QuantizedGraph> folder)
    {
        (QuantizedGraph Graph, TokenLikelihood All)[] graphs = [.. folder.Select(graph => (graph, graph.Loss.Likelihood!.All))];
        string costs = string.Join(", ", graphs.Select(each => DescribeNats(each.Graph.File, each.All)));
        double same = graphs.Sum(each => each.All.SameToken * each.All.Tokens) / graphs.Sum(each => each.All.Tokens);
        return string.Create(
                CultureInfo.InvariantCulture,
                $"{graphs[0].Graph.Folder} costs {costs}. It keeps {same:0.0%} of the likeliest tokens; those that change are mostly "
            ) + "near-ties. ";
    }

    private static string DescribeNats(string file, TokenLikelihood likelihood) =>
        $"{LikelihoodTable.Signed(likelihood.Difference)} nats a token in {file}"
        + (likelihood.StandardError is { } error ? string.Create(CultureInfo.InvariantCulture, $" (standard error {error:0.0000})") : "");
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
)
{
    /// <summary>The models that a manifest lists, in the order music takes.</summary>
    internal static ImmutableArray<ReportedModel> Of(ModelManifest manifest) =>
        [
            .. ModelFolder
                .InPipelineOrder(manifest)
                .Select(each => new ReportedModel(
                    each.Key,
                    each.Value.Graph,
                    each.Value.CheckpointSha256,
                    each.Value.CodecSha256,
                    each.Value.LoraSha256,
                    (JsonObject)each.Value.Configuration.DeepClone()
                )),
        ];
}

/// <summary>A quantized graph that misses its goal.</summary>
/// <param name="Folder">The name of its folder.</param>
/// <param name="File">The graph's file.</param>
/// <param name="Goal">The goal, such as <c>nll&lt;=+0.005</c>.</param>
/// <param name="Value">Measured value.</param>
public sealed record GoalMiss(string Folder, string File, string Goal, double Value)
{
    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Folder}/{File} has {Value:0.######} where {Goal} was asked for");
}

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
)
{
    /// <summary>The calibration set, from its metadata; null if there was none.</summary>
    public string? Calibration { get; init; }

    /// <summary>The warning in its metadata why its loss on real inputs may be larger than measured; null for none.</summary>
    public string? Warning { get; init; }
}

/// <summary>A clip of the report.</summary>
/// <param name="Label">The clip's title.</param>
/// <param name="Seconds">Length in seconds.</param>
/// <param name="Loudness">Integrated loudness in LUFS.</param>
/// <param name="LogMelDistance">Mean distance of its log-mel spectrogram from the input's, in decibels; 0 for the input itself.</param>
/// <param name="DistanceFromFloat32">The same from the clip that the models in float32 made of the same input with the same seed; null for
/// clips without one.</param>
public sealed record ClipFacts(string Label, double Seconds, double Loudness, double LogMelDistance, double? DistanceFromFloat32)
{
    /// <summary>Statistics of its spectrum; null in reports of earlier versions.</summary>
    public SpectralStatistics? Spectrum { get; init; }
}
