namespace VampNet.Quantization;

/// <summary>The stable ids of this project's errors; docs/errors/quantization.md has their usual causes.</summary>
public static class QuantizationErrorIds
{
    /// <summary>Two graphs to compare whose outputs differ in type or shape.</summary>
    public const string OutputsIncomparable = "VNQ0101";

    /// <summary>One file as both input and output.</summary>
    public const string OutputIsInput = "VNQ0102";

    /// <summary>A quality goal of a metric that the graph's output does not have.</summary>
    public const string GoalNotMeasurable = "VNQ0103";

    /// <summary>No scheme of those that <c>--scheme auto</c> measures is faster than float32 in every turn.</summary>
    public const string NothingFaster = "VNQ0104";

    /// <summary>No real inputs to measure the ranges of a graph of sound or latents on.</summary>
    public const string RangesOfSeeds = "VNQ0121";
}
