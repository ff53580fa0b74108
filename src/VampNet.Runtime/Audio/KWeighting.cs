namespace VampNet.Runtime.Audio;

/// <summary>
/// The two filters of ITU-R BS.1770, a high shelf for the head and a high pass for low frequencies, at any sample rate. An instance filters
/// one signal, piece after piece.
/// </summary>
/// <remarks>Source: the analogue parameters and bilinear forms of <c>pyloudnorm.IIRfilter</c>, which the upstream system measures
/// with.</remarks>
internal sealed class KWeighting(int sampleRate)
{
    private Biquad _shelf = HighShelf(4, Math.Sqrt(0.5), 1500, sampleRate),
        _highPass = HighPass(0.5, 38, sampleRate);

    /// <summary>Filters the next <paramref name="samples"/> in place.</summary>
    public void Apply(Span<float> samples)
    {
        _shelf.Apply(samples);
        _highPass.Apply(samples);
    }

    private static Biquad HighShelf(double gain, double q, double frequency, int sampleRate)
    {
        double a = Math.Pow(10, gain / 40);
        (double sine, double cosine) = Math.SinCos(2 * Math.PI * frequency / sampleRate);
        double slope = 2 * Math.Sqrt(a) * sine / (2 * q);
        return new Biquad(
            a * (a + 1 + (a - 1) * cosine + slope),
            -2 * a * (a - 1 + (a + 1) * cosine),
            a * (a + 1 + (a - 1) * cosine - slope),
            a + 1 - (a - 1) * cosine + slope,
            2 * (a - 1 - (a + 1) * cosine),
            a + 1 - (a - 1) * cosine - slope
        );
    }

    private static Biquad HighPass(double q, double frequency, int sampleRate)
    {
        (double sine, double cosine) = Math.SinCos(2 * Math.PI * frequency / sampleRate);
        double alpha = sine / (2 * q);
        return new Biquad((1 + cosine) / 2, -(1 + cosine), (1 + cosine) / 2, 1 + alpha, -2 * cosine, 1 - alpha);
    }

    /// <summary>A second-order section b / a, and its state.</summary>
    private struct Biquad(double b0, double b1, double b2, double a0, double a1, double a2)
    {
        // Upstream hands the normalised coefficients to its filter as float32.
        private readonly double _b0 = (float)(b0 / a0),
            _b1 = (float)(b1 / a0),
            _b2 = (float)(b2 / a0),
            _a1 = (float)(a1 / a0),
            _a2 = (float)(a2 / a0);
        private double _delay1,
            _delay2;

        public void Apply(Span<float> samples)
        {
            foreach (ref float sample in samples)
            {
                double input = sample,
                    output = _b0 * input + _delay1;
                _delay1 = _b1 * input - _a1 * output + _delay2;
                _delay2 = _b2 * input - _a2 * output;
                sample = (float)output;
            }
        }
    }
}
