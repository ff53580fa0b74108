using VampNet.Onnx.Quantization;

namespace VampNet.Validation.Quantization;

/// <summary>What <see cref="QuantizationRun"/> made.</summary>
/// <param name="Report">Every weight replaced, every constant left.</param>
/// <param name="Judgement">What it loses and gains; null when it was not judged.</param>
public sealed record QuantizationResult(QuantizationReport Report, QuantizationJudgement? Judgement);
