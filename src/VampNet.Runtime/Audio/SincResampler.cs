using System.Numerics.Tensors;

namespace VampNet.Runtime.Audio;

/// <summary>
/// Changes the sample rate with a windowed sinc, as <c>julius.resample_frac</c> does with its defaults: 24 zero crossings on each side, a
/// low-pass at 0.945 of the lower Nyquist frequency, a squared cosine window, and the first and last sample repeated beyond the ends.
/// </summary>
/// <remarks>
/// Source: adefossez/julius, <c>resample.ResampleFrac</c>. With both rates divided by their greatest common divisor, output sample
/// j of phase j mod new uses one kernel; each kernel is made once, applied to every sample of its phase, and forgotten, so that memory does
/// not grow with the rates.
/// </remarks>
internal static class SincResampler
{
    private const int ZeroCrossings = 24;
    private const double Rolloff = 0.945;

    /// <summary>Resamples one channel.</summary>
    /// <param name="samples">The channel; may be empty.</param>
    /// <param name="fromRate">Its samples per second, above 0.</param>
    /// <param name="toRate">The samples per second wanted, above 0.</param>
    /// <returns>floor(length * toRate / fromRate) samples.</returns>
    /// <exception cref="OverflowException">The result would have more samples than an array holds.</exception>
    public static float[] Resample(ReadOnlySpan<float> samples, int fromRate, int toRate)
    {
        float[] output = new float[CountResampled(samples.Length, fromRate, toRate)];
        Resample(samples, fromRate, toRate, output);
        return output;
    }

    /// <summary>Number of samples that <paramref name="length"/> samples become.</summary>
    /// <exception cref="OverflowException">More than an array holds.</exception>
    internal static int CountResampled(int length, int fromRate, int toRate)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(fromRate);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(toRate);
        return checked((int)((long)length * toRate / fromRate));
    }

    /// <summary>Resamples one channel into as many samples as <see cref="CountResampled"/> says.</summary>
    internal static void Resample(ReadOnlySpan<float> samples, int fromRate, int toRate, Span<float> output)
    {
        if (fromRate == toRate)
        {
            samples.CopyTo(output);
            return;
        }

        int divisor = GreatestCommonDivisor(fromRate, toRate);
        int oldStep = fromRate / divisor,
            newStep = toRate / divisor;
        // Sinc periods per common period of both rates: the cutoff, with the roll-off as margin.
        double cutoff = Rolloff * Math.Min(oldStep, newStep);
        int reach = (int)Math.Ceiling(ZeroCrossings * oldStep / cutoff);
        float[] kernel = new float[2 * reach + 1],
            edge = new float[kernel.Length];
        for (int phase = 0; phase < Math.Min(newStep, output.Length); phase++)
        {
            double shift = (double)phase / newStep * oldStep;
            int first = (int)Math.Floor(shift) - reach;
            FillKernel(kernel, first - shift, cutoff / oldStep);
            for (long index = phase, origin = first; index < output.Length; index += newStep, origin += oldStep)
            {
                ReadOnlySpan<float> window =
                    origin >= 0 && origin + kernel.Length <= samples.Length
                        ? samples.Slice((int)origin, kernel.Length)
                        : RepeatEnds(samples, origin, edge);
                output[(int)index] = TensorPrimitives.Dot(kernel, window);
            }
        }
    }

    private static void FillKernel(Span<float> kernel, double firstOffset, double cutoff)
    {
        double sum = 0;
        for (int tap = 0; tap < kernel.Length; tap++)
        {
            double angle = Math.PI * Math.Clamp((firstOffset + tap) * cutoff, -ZeroCrossings, ZeroCrossings);
            double window = Math.Cos(angle / ZeroCrossings / 2);
            double value = (angle == 0 ? 1 : Math.Sin(angle) / angle) * window * window;
            kernel[tap] = (float)value;
            sum += value;
        }

        // Normalized, so that a constant signal keeps its value.
        TensorPrimitives.Divide(kernel, (float)sum, kernel);
    }

    private static float[] RepeatEnds(ReadOnlySpan<float> samples, long origin, float[] edge)
    {
        for (int tap = 0; tap < edge.Length; tap++)
        {
            edge[tap] = samples[(int)Math.Clamp(origin + tap, 0, samples.Length - 1)];
        }

        return edge;
    }

    private static int GreatestCommonDivisor(int a, int b) => b == 0 ? a : GreatestCommonDivisor(b, a % b);
}
