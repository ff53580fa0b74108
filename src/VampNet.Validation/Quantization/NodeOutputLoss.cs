namespace VampNet.Validation.Quantization;

/// <summary>How far a quantized node's output is from the reference's, with all that was lost before it.</summary>
/// <param name="Output">The name of what the node produces.</param>
/// <param name="SignalToNoise">Power of the reference over power of the difference, in decibels; infinite when equal, NaN when not finite.</param>
public sealed record NodeOutputLoss(string Output, double SignalToNoise);
