namespace VampNet.Onnx.Quantization.Calibration;

/// <summary>The span of values that an activation's integers must cover; values beyond it saturate.</summary>
/// <param name="Minimum">The lower end.</param>
/// <param name="Maximum">The upper end, not below the lower.</param>
public readonly record struct ActivationRange(float Minimum, float Maximum)
{
    /// <summary>Scale and zero point that map the range, widened to hold 0, onto all integers of a type; a range of zeros alone takes scale
    /// 1.</summary>
    /// <param name="signed">int8, -128..127; otherwise uint8, 0..255.</param>
    public (float Scale, int ZeroPoint) ToScale(bool signed)
    {
        double low = Math.Min(0, (double)Minimum);
        double high = Math.Max(0, (double)Maximum);
        int lowest = signed ? -128 : 0;
        float scale = (float)((high - low) / 255);
        return scale < 1.17549435e-38f ? (1, signed ? 0 : 128) : (scale, lowest + (int)Math.Round(-low / scale));
    }
}
