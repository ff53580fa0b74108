using NWaves.Transforms;

namespace VampNet.Reporting.Sound;

/// <summary>Sound as decibels in bands of equal width on the mel scale, over time.</summary>
/// <remarks>Source: mel = 2595 log10(1 + f / 700), triangular bands, Hann window; power in decibels of a full-scale sine, cut off at <see
/// cref="Floor"/>.</remarks>
internal sealed class MelSpectrogram
{
    /// <summary>The number of bands.</summary>
    public const int Bands = 80;

    /// <summary>Quieter than this is silence, in decibels.</summary>
    public const float Floor = -80;

    private const int UsualWindow = 2048;
    private const int HopsPerWindow = 4;

    private MelSpectrogram(float[][] frames) => Frames = frames;

    /// <summary>The decibels of each frame's bands, low to high; at least one frame.</summary>
    public IReadOnlyList<float[]> Frames { get; }

    /// <summary>Measures a mono signal.</summary>
    /// <param name="samples">The signal.</param>
    /// <param name="sampleRate">Samples per second.</param>
    /// <param name="window">Samples in a window, a power of two; windows overlap by three quarters.</param>
    public static MelSpectrogram Of(ReadOnlySpan<float> samples, int sampleRate, int window = UsualWindow)
    {
        int hop = window / HopsPerWindow;
        (int First, double[] Weights)[] bands = [.. Enumerable.Range(0, Bands).Select(band => BandWeights(band, sampleRate, window))];
        float[][] frames = new float[Math.Max(1, (samples.Length - window) / hop + 1)][];
        var fourier = new RealFft64(window);
        double[] values = new double[window],
            real = new double[(window / 2) + 1],
            imaginary = new double[(window / 2) + 1];
        double[] power = new double[window / 2];
        for (int frame = 0; frame < frames.Length; frame++)
        {
            for (int i = 0; i < window; i++)
            {
                int at = (frame * hop) + i;
                values[i] = at < samples.Length ? samples[at] * (0.5 - (0.5 * Math.Cos(2 * Math.PI * i / window))) : 0;
            }

            fourier.Direct(values, real, imaginary);
            for (int i = 0; i < power.Length; i++)
            {
                // A full-scale sine under a Hann window has the magnitude window / 4 in its bin.
                double magnitude = double.Hypot(real[i], imaginary[i]) / (window / 4.0);
                power[i] = magnitude * magnitude;
            }

            frames[frame] = [.. bands.Select(band => Decibels(band.First, band.Weights, power))];
        }

        return new MelSpectrogram(frames);
    }

    /// <summary>Mean |difference| over the frames that both have, in decibels.</summary>
    public double DistanceTo(MelSpectrogram other) =>
        Frames
            .Zip(other.Frames, static (mine, theirs) => mine.Zip(theirs, static (left, right) => Math.Abs((double)left - right)).Average())
            .Average();

    private static float Decibels(int first, double[] weights, double[] power)
    {
        double sum = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            sum += weights[i] * power[first + i];
        }

        return sum > 0 ? Math.Max(Floor, (float)(10 * Math.Log10(sum))) : Floor;
    }

    private static (int First, double[] Weights) BandWeights(int band, int sampleRate, int window)
    {
        double binWidth = (double)sampleRate / window;
        double low = Edge(band),
            middle = Edge(band + 1),
            high = Edge(band + 2);
        // A band narrower than a bin still hears the bin it lies in.
        int first = Math.Min((int)Math.Ceiling(low), (int)Math.Round(middle));
        int last = Math.Min(Math.Max((int)Math.Floor(high), first), (window / 2) - 1);
        double[] weights = new double[last - first + 1];
        for (int i = 0; i < weights.Length; i++)
        {
            double bin = first + i;
            weights[i] = Math.Max(0, bin <= middle ? (bin - low) / (middle - low) : (high - bin) / (high - middle));
        }

        return (first, weights.Any(weight => weight > 0) ? weights : [.. weights.Select(_ => 1.0)]);

        double Edge(int number)
        {
            double top = 2595 * Math.Log10(1 + (sampleRate / 2.0 / 700));
            return 700 * (Math.Pow(10, top * number / (Bands + 1) / 2595) - 1) / binWidth;
        }
    }
}
