using NWaves.Transforms;

namespace VampNet.Reporting.Sound;

/// <summary>Statistics of a sound's spectrum, by which two pieces of music can be compared even if they differ note by note.</summary>
/// <param name="CentroidHertz">The mean frequency, weighted by power.</param>
/// <param name="BandwidthHertz">The deviation from it, weighted by power.</param>
/// <param name="RolloffHertz">The frequency below which 85 % of the power is.</param>
/// <param name="FlatnessDecibels">The geometric over the arithmetic mean of the power, averaged over windows: 0 for noise, lower for
/// tones.</param>
/// <param name="ChangeDecibels">The mean difference of the log-mel levels of neighbouring windows: how much happens.</param>
/// <remarks>Windows of 2048 samples, Hann. Source of the first four: G. Peeters, "A large set of audio features for sound description",
/// 2004.</remarks>
public sealed record SpectralStatistics(
    double CentroidHertz,
    double BandwidthHertz,
    double RolloffHertz,
    double FlatnessDecibels,
    double ChangeDecibels
)
{
    private const int Window = 2048;
    private const double RolloffShare = 0.85;

    // Lower limit of the power in flatness, which is undefined for silence.
    private const double LeastPower = 1e-10;

    /// <summary>Measures a mono signal.</summary>
    /// <param name="samples">The signal; silence has the frequency 0.</param>
    /// <param name="sampleRate">Samples per second.</param>
    public static SpectralStatistics Of(ReadOnlySpan<float> samples, int sampleRate)
    {
        var fourier = new RealFft64(Window);
        double[] values = new double[Window],
            real = new double[(Window / 2) + 1],
            imaginary = new double[(Window / 2) + 1],
            power = new double[Window / 2];
        double flatness = 0;
        int windows = 0;
        for (int start = 0; start == 0 || start + Window <= samples.Length; start += Window / 2)
        {
            for (int i = 0; i < Window; i++)
            {
                values[i] = start + i < samples.Length ? samples[start + i] * (0.5 - (0.5 * Math.Cos(2 * Math.PI * i / Window))) : 0;
            }

            fourier.Direct(values, real, imaginary);
            double logs = 0,
                sum = 0;
            for (int bin = 1; bin < power.Length; bin++)
            {
                double found = (real[bin] * real[bin]) + (imaginary[bin] * imaginary[bin]);
                power[bin] += found;
                logs += Math.Log10(Math.Max(found, LeastPower));
                sum += Math.Max(found, LeastPower);
            }

            flatness += 10 * ((logs / (power.Length - 1)) - Math.Log10(sum / (power.Length - 1)));
            windows++;
        }

        return Summarize(power, (double)sampleRate / Window, flatness / windows, MelSpectrogram.Of(samples, sampleRate));
    }

    private static SpectralStatistics Summarize(double[] power, double binWidth, double flatness, MelSpectrogram mel)
    {
        double all = Math.Max(power.Sum(), LeastPower);
        double centroid = power.Select((each, bin) => each * bin).Sum() / all;
        double variance = power.Select((each, bin) => each * (bin - centroid) * (bin - centroid)).Sum() / all;
        int rolloff = 0;
        for (double below = 0; rolloff < power.Length - 1 && below + power[rolloff] < RolloffShare * all; rolloff++)
        {
            below += power[rolloff];
        }

        double change = mel
            .Frames.Zip(mel.Frames.Skip(1), (one, next) => one.Zip(next, (a, b) => Math.Abs((double)a - b)).Average())
            .DefaultIfEmpty(0)
            .Average();
        return new SpectralStatistics(centroid * binWidth, Math.Sqrt(variance) * binWidth, rolloff * binWidth, flatness, change);
    }
}
