using System.Collections.Immutable;
using VampNet.Onnx.Quantization;

namespace VampNet.Validation.Quantization;

/// <summary>What <see cref="QuantizationRun"/> made.</summary>
/// <param name="Report">Every weight replaced, every constant left.</param>
/// <param name="Judgement">What it loses and gains; null when it was not judged.</param>
public sealed record QuantizationResult(QuantizationReport Report, QuantizationJudgement? Judgement)
{
    /// <summary>What was measured to choose schemes; empty unless that was asked for.</summary>
    public ImmutableArray<SchemeTrial> Trials { get; init; } = [];

    /// <summary>How the quality goal was pursued; null when there was none.</summary>
    public GoalOutcome? Goal { get; init; }

    /// <summary>The outputs of quantized nodes that differ most from the reference's, worst first; empty when the result was not judged.</summary>
    public ImmutableArray<NodeOutputLoss> WorstNodes { get; init; } = [];
}
