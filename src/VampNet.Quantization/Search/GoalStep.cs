namespace VampNet.Quantization.Search;

/// <summary>One candidate of the search for a quality goal.</summary>
/// <param name="Spared">How many of the costliest nodes are in floating point.</param>
/// <param name="Bytes">Additional bytes compared with their quantized form.</param>
/// <param name="Value">The metric over all judged samples.</param>
/// <param name="Met">Whether it meets the goal.</param>
public sealed record GoalStep(int Spared, long Bytes, double Value, bool Met);
