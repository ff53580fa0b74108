namespace VampNet.Quantization.Judging;

/// <summary>How near an output of floating point is to the reference, by what it means.</summary>
/// <param name="Cosine">Mean cosine between the vectors of the last axis, -1 to 1; null unless embeddings.</param>
/// <param name="PeakSignalToNoise">The reference's range squared over the mean squared difference, in decibels; null unless images.</param>
/// <param name="ScaleInvariantDistortion">SI-SDR: power of the reference's share in the output over power of the rest, in decibels, the
/// mean over the rows; null unless audio.</param>
/// <param name="MeanError">Mean absolute difference over the reference's range; null unless regression.</param>
public sealed record OutputSimilarity(double? Cosine, double? PeakSignalToNoise, double? ScaleInvariantDistortion, double? MeanError);
