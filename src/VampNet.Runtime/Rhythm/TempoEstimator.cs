using System.Numerics.Tensors;

namespace VampNet.Runtime.Rhythm;

/// <summary>Estimates the tempo of a piece from how often its onset strength repeats itself.</summary>
/// <remarks>Source: <c>librosa.feature.tempo</c> and <c>librosa.feature.tempogram</c> of librosa 0.10.2 with their defaults: windows of
/// 8 s, a log-normal prior around 120 beats per minute, at most 320.</remarks>
internal static class TempoEstimator
{
    private const double WindowSeconds = 8,
        LikeliestTempo = 120,
        FastestTempo = 320;

    /// <summary>Estimates the tempo.</summary>
    /// <param name="strength"><see cref="OnsetStrength.Median"/>, not all 0.</param>
    /// <param name="sampleRate">Samples per second of the signal.</param>
    /// <param name="hop">Samples between frames.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <returns>Beats per minute, above 0.</returns>
    public static double Estimate(ReadOnlySpan<float> strength, int sampleRate, int hop, CancellationToken cancellationToken = default)
    {
        int window = Math.Max(2, (int)(WindowSeconds * sampleRate) / hop);
        double[] likeness = MeanAutocorrelation(strength, window, cancellationToken);
        double best = double.NegativeInfinity;
        double tempo = LikeliestTempo;
        for (int lag = 1; lag < window; lag++)
        {
            double beats = 60.0 * sampleRate / ((double)hop * lag);
            double octaves = Math.Log2(beats) - Math.Log2(LikeliestTempo);
            double score = beats < FastestTempo ? LogOnePlus(1e6 * likeness[lag]) - (0.5 * octaves * octaves) : double.NegativeInfinity;
            if (score > best)
            {
                (best, tempo) = (score, beats);
            }
        }

        return tempo;
    }

    /// <summary>The autocorrelation of each window, scaled to a largest value of 1, averaged over the windows around every
    /// frame.</summary>
    private static double[] MeanAutocorrelation(ReadOnlySpan<float> strength, int window, CancellationToken cancellationToken)
    {
        double[] padded = PadWithRamps(strength, window / 2);
        double[] hann = [.. Enumerable.Range(0, window).Select(i => 0.5 - (0.5 * Math.Cos(2 * Math.PI * i / window)))];
        double[] windowed = new double[window],
            correlation = new double[window],
            sum = new double[window];
        for (int frame = 0; frame < strength.Length && frame + window <= padded.Length; frame++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            TensorPrimitives.Multiply<double>(padded.AsSpan(frame, window), hann, windowed);
            for (int lag = 0; lag < window; lag++)
            {
                correlation[lag] = TensorPrimitives.Dot<double>(windowed.AsSpan(lag), windowed.AsSpan(0, window - lag));
            }

            double largest = Math.Abs(TensorPrimitives.MaxMagnitude<double>(correlation));
            if (largest > float.Epsilon)
            {
                TensorPrimitives.MultiplyAdd(correlation, 1 / largest, sum, sum);
            }
        }

        TensorPrimitives.Divide(sum, strength.Length, sum);
        return sum;
    }

    /// <summary>The strength with <paramref name="count"/> frames on either side that rise from 0 and fall to it.</summary>
    private static double[] PadWithRamps(ReadOnlySpan<float> strength, int count)
    {
        double[] padded = new double[strength.Length + (2 * count)];
        for (int i = 0; i < count; i++)
        {
            padded[i] = (double)strength[0] * i / count;
            padded[^(i + 1)] = (double)strength[^1] * i / count;
        }

        for (int i = 0; i < strength.Length; i++)
        {
            padded[count + i] = strength[i];
        }

        return padded;
    }

    private static double LogOnePlus(double value) => Math.Log(1 + Math.Max(0, value));
}
