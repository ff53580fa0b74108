namespace VampNet.Onnx.Quantization;

/// <summary>Ratios of powers.</summary>
internal static class Decibels
{
    /// <summary>10 log10(signal / noise); positive infinity when there is no noise.</summary>
    public static double Of(double signal, double noise) => noise == 0 ? double.PositiveInfinity : 10 * Math.Log10(signal / noise);
}
