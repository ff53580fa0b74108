using System.Collections.Immutable;
using VampNet.Onnx.Quantization;
using VampNet.Onnx.Quantization.Refinement;
using VampNet.Quantization.Judging;
using VampNet.Quantization.Search;

namespace VampNet.Quantization;

/// <summary>The result of <see cref="QuantizationRun"/>.</summary>
/// <param name="Report">Every weight replaced, every constant left.</param>
/// <param name="Judgement">Loss, speed and size; null if it was not judged.</param>
public sealed record QuantizationResult(QuantizationReport Report, QuantizationJudgement? Judgement)
{
    /// <summary>The preparation steps with their counts; empty if the graph was quantized as it is.</summary>
    public ImmutableArray<string> Preparation { get; init; } = [];

    /// <summary>The assumed meaning of the first output, with the evidence; null if the result was not judged.</summary>
    public OutputKindGuess? Output { get; init; }

    /// <summary>The trials that chose the schemes; empty unless requested.</summary>
    public ImmutableArray<SchemeTrial> Trials { get; init; } = [];

    /// <summary>Whether 8-bit products may saturate on this processor, because it has no 8-bit dot products. The measured loss includes
    /// this; it is smaller on other processors.</summary>
    public bool Saturates { get; init; }

    /// <summary>Result of SmoothQuant for each activation; null when it was not requested.</summary>
    public SmoothingReport? Smoothing { get; init; }

    /// <summary>The calibration set; null if none was used.</summary>
    public string? Calibration { get; init; }

    /// <summary>The inputs that the result was judged on; null if it was not judged.</summary>
    public string? JudgedOn { get; init; }

    /// <summary>Warnings about the calibration set; also in the graph's metadata.</summary>
    public ImmutableArray<string> Warnings { get; init; } = [];

    /// <summary>Result of the search for the quality goal; null when there was no goal.</summary>
    public GoalOutcome? Goal { get; init; }

    /// <summary>The outputs of quantized nodes against the reference's, on one held-out input, worst first; without those that smoothing
    /// rescales; empty when the result was not judged.</summary>
    public ImmutableArray<NodeOutputLoss> Nodes { get; init; } = [];

    /// <summary>The loss at each length of the verification plan; empty for a graph that does not say what it is, when one length was asked
    /// for, or when the result was not judged.</summary>
    public ImmutableArray<LengthLoss> Lengths { get; init; } = [];
}
