using System.Numerics.Tensors;
using NWaves.Transforms;

namespace VampNet.Runtime.Rhythm;

/// <summary>
/// Onset strength: how much louder each frame of a signal is than the frame before, over mel bands. One value of at least 0 per
/// frame.
/// </summary>
/// <param name="Mean">The mean over the bands, in decibels: what onsets are found in.</param>
/// <param name="Median">The median over the bands, in decibels: what beats are found in, where a single instrument counts for
/// less.</param>
/// <remarks>
/// Source: <c>librosa.onset.onset_strength</c> of librosa 0.10.2 with its defaults: power spectra of 2048 samples under a Hann window
/// centred on each frame, 128 bands on Slaney's mel scale, decibels down to 80 below the loudest, the rises alone.
/// </remarks>
internal sealed record OnsetStrength(float[] Mean, float[] Median)
{
    private const int Window = 2048;
    private const int Bands = 128;

    /// <summary>The least power that decibels are taken of.</summary>
    private const float LeastPower = 1e-10f;

    /// <summary>Decibels below the loudest band at which the measurement stops.</summary>
    private const float DynamicRange = 80;

    /// <summary>Measures a mono signal.</summary>
    /// <param name="samples">The signal, at least one sample.</param>
    /// <param name="sampleRate">Samples per second.</param>
    /// <param name="hop">Samples between frames.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <returns>Samples / hop (rounded down) + 1 frames.</returns>
    public static OnsetStrength Measure(ReadOnlySpan<float> samples, int sampleRate, int hop, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sampleRate);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(hop);
        ArgumentOutOfRangeException.ThrowIfZero(samples.Length, nameof(samples));
        float[][] levels = MelLevels(samples, sampleRate, hop, cancellationToken);
        float[] mean = new float[levels.Length],
            median = new float[levels.Length];
        // A rise enters the window before it reaches the window's centre.
        int shift = 1 + (Window / (2 * hop));
        float[] rise = new float[Bands];
        for (int frame = 1; frame + shift - 1 < levels.Length; frame++)
        {
            TensorPrimitives.Subtract<float>(levels[frame], levels[frame - 1], rise);
            TensorPrimitives.Max<float>(rise, 0, rise);
            mean[frame + shift - 1] = TensorPrimitives.Sum<float>(rise) / Bands;
            rise.AsSpan().Sort();
            median[frame + shift - 1] = (rise[(Bands / 2) - 1] + rise[Bands / 2]) / 2;
        }

        return new OnsetStrength(mean, median);
    }

    /// <summary>Decibels of each band, for each frame.</summary>
    private static float[][] MelLevels(ReadOnlySpan<float> samples, int sampleRate, int hop, CancellationToken cancellationToken)
    {
        MelBand[] bands = MelBand.Spread(Bands, Window, sampleRate);
        var fourier = new RealFft64(Window);
        double[] windowed = new double[Window],
            real = new double[(Window / 2) + 1],
            imaginary = new double[(Window / 2) + 1];
        float[] power = new float[(Window / 2) + 1];
        float[][] levels = new float[(samples.Length / hop) + 1][];
        float loudest = float.NegativeInfinity;
        for (int frame = 0; frame < levels.Length; frame++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            long start = ((long)frame * hop) - (Window / 2);
            for (int i = 0; i < Window; i++)
            {
                long at = start + i;
                windowed[i] = at >= 0 && at < samples.Length ? samples[(int)at] * Hann[i] : 0;
            }

            fourier.Direct(windowed, real, imaginary);
            for (int bin = 0; bin < power.Length; bin++)
            {
                power[bin] = (float)((real[bin] * real[bin]) + (imaginary[bin] * imaginary[bin]));
            }

            levels[frame] =
            [
                .. bands.Select(band =>
                    10
                    * MathF.Log10(
                        Math.Max(LeastPower, TensorPrimitives.Dot<float>(band.Weights, power.AsSpan(band.First, band.Weights.Length)))
                    )
                ),
            ];
            loudest = Math.Max(loudest, TensorPrimitives.Max<float>(levels[frame]));
        }

        foreach (float[] frame in levels)
        {
            TensorPrimitives.Max<float>(frame, loudest - DynamicRange, frame);
        }

        return levels;
    }

    private static double[] Hann { get; } = [.. Enumerable.Range(0, Window).Select(i => 0.5 - (0.5 * Math.Cos(2 * Math.PI * i / Window)))];
}
