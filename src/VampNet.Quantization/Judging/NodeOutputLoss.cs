namespace VampNet.Quantization.Judging;

/// <summary>The difference of a quantized node's output from the reference's, including losses of earlier nodes.</summary>
/// <param name="Output">The name of what the node produces.</param>
/// <param name="SignalToNoise">Power of the reference over power of the difference, in decibels; infinite when equal, NaN when not
/// finite.</param>
/// <param name="Minimum">The reference's smallest value.</param>
/// <param name="Maximum">The reference's largest value.</param>
public sealed record NodeOutputLoss(string Output, double SignalToNoise, float Minimum, float Maximum)
{
    /// <summary>Share of the reference's values beyond what the output's integers can say, 0 to 1; null when the output has no integers of
    /// a fixed range.</summary>
    public double? Saturated { get; init; }
}
