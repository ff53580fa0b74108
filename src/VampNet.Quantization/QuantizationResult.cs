using System.Collections.Immutable;
using VampNet.Onnx.Quantization;
using VampNet.Onnx.Quantization.Refinement;
using VampNet.Quantization.Judging;
using VampNet.Quantization.Search;

namespace VampNet.Quantization;

/// <summary>The result of <see cref="QuantizationRun"/>.</summary>
/// <param name="Report">Every weight replaced, every constant left.</param>
/// <param name="Judgement">What it loses and gains; null when it was not judged.</param>
public sealed record QuantizationResult(QuantizationReport Report, QuantizationJudgement? Judgement)
{
    /// <summary>What was done to the graph before it was quantized, each with how often; empty when it was quantized as it is.</summary>
    public ImmutableArray<string> Preparation { get; init; } = [];

    /// <summary>What the first output was taken for, and what told it; null when the result was not judged.</summary>
    public OutputKindGuess? Output { get; init; }

    /// <summary>What was measured to choose schemes; empty unless that was asked for.</summary>
    public ImmutableArray<SchemeTrial> Trials { get; init; } = [];

    /// <summary>Whether 8-bit products may saturate on this processor, which has no 8 bit dot products: what was measured is that, and
    /// another processor gives more.</summary>
    public bool Saturates { get; init; }

    /// <summary>What SmoothQuant did to each activation; null when it was not requested.</summary>
    public SmoothingReport? Smoothing { get; init; }

    /// <summary>What was measured on before quantizing; null when nothing was.</summary>
    public string? Calibration { get; init; }

    /// <summary>What the result was judged on; null when it was not judged.</summary>
    public string? JudgedOn { get; init; }

    /// <summary>Why what was measured may not hold; also in the graph's metadata.</summary>
    public ImmutableArray<string> Warnings { get; init; } = [];

    /// <summary>How the quality goal was pursued; null when there was none.</summary>
    public GoalOutcome? Goal { get; init; }

    /// <summary>The outputs of quantized nodes against the reference's, on one held-out input, worst first; without those that smoothing
    /// rescales; empty when the result was not judged.</summary>
    public ImmutableArray<NodeOutputLoss> Nodes { get; init; } = [];

    /// <summary>The loss at each length of the verification plan; empty for a graph that does not say what it is, when one length was asked
    /// for, or when the result was not judged.</summary>
    public ImmutableArray<LengthLoss> Lengths { get; init; } = [];
}
