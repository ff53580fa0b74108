namespace VampNet.Runtime.Audio;

/// <summary>
/// The two filters of ITU-R BS.1770: a high shelf for the head and a high pass for low frequencies, at any sample rate.
/// </summary>
/// <remarks>Source: the analogue parameters and bilinear forms of <c>pyloudnorm.IIRfilter</c>, which the upstream system measures with.</remarks>
internal static class KWeighting
{
    /// <summary>Filters <paramref name="samples"/> in place.</summary>
    public static void Apply(Span<float> samples, int sampleRate)
    {
        HighShelf(4, Math.Sqrt(0.5), 1500, sampleRate).Apply(samples);
        HighPass(0.5, 38, sampleRate).Apply(samples);
    }

    private static Biquad HighShelf(double gain, double q, double frequency, int sampleRate)
    {
        double a = Math.Pow(10, gain / 40);
        (double sine, double cosine) = Math.SinCos(2 * Math.PI * frequency / sampleRate);
        double slope = 2 * Math.Sqrt(a) * sine / (2 * q);
        return new Biquad(
            a * (a + 1 + (a - 1) * cosine + slope), -2 * a * (a - 1 + (a + 1) * cosine), a * (a + 1 + (a - 1) * cosine - slope),
            a + 1 - (a - 1) * cosine + slope, 2 * (a - 1 - (a + 1) * cosine), a + 1 - (a - 1) * cosine - slope);
    }

    private static Biquad HighPass(double q, double frequency, int sampleRate)
    {
        (double sine, double cosine) = Math.SinCos(2 * Math.PI * frequency / sampleRate);
        double alpha = sine / (2 * q);
        return new Biquad((1 + cosine) / 2, -(1 + cosine), (1 + cosine) / 2, 1 + alpha, -2 * cosine, 1 - alpha);
    }

    /// <summary>A second-order section, b over a.</summary>
    private readonly record struct Biquad(double B0, double B1, double B2, double A0, double A1, double A2)
    {
        public void Apply(Span<float> samples)
        {
            // Upstream hands the normalised coefficients to its filter as float32.
            double b0 = (float)(B0 / A0), b1 = (float)(B1 / A0), b2 = (float)(B2 / A0), a1 = (float)(A1 / A0), a2 = (float)(A2 / A0);
            double delay1 = 0, delay2 = 0;
            foreach (ref float sample in samples)
            {
                double input = sample, output = b0 * input + delay1;
                delay1 = b1 * input - a1 * output + delay2;
                delay2 = b2 * input - a2 * output;
                sample = (float)output;
            }
        }
    }
}
