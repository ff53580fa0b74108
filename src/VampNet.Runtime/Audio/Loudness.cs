using System.Numerics.Tensors;

namespace VampNet.Runtime.Audio;

/// <summary>Integrated loudness in LUFS, after ITU-R BS.1770-4, and the gains that change it.</summary>
/// <remarks>
/// Source: descriptinc/audiotools, <c>core.loudness</c>. Blocks of 0.4 s overlap by 75 %; those at or below -70 LUFS, then those
/// at or below 10 LU under the mean of the rest, do not count. A signal under 0.5 s is measured with silence after it.
/// </remarks>
public static class Loudness
{
    /// <summary>Lower limit of the reported loudness, in LUFS; silence has this value.</summary>
    public const double Floor = -70;

    private const double BlockSeconds = 0.4,
        BlockStep = 0.25,
        ShortestSeconds = 0.5,
        ChannelOffset = -0.691,
        RelativeGate = -10;

    private static ReadOnlySpan<double> ChannelWeights => [1, 1, 1, 1.41, 1.41];

    /// <summary>Measures a clip whose channels are left, right, centre, left and right surround, as many as it has.</summary>
    /// <param name="clip">One to five channels of finite samples, at 10 or more samples per second.</param>
    /// <returns>LUFS, never below <see cref="Floor"/>.</returns>
    public static double Measure(AudioClip clip)
    {
        ArgumentNullException.ThrowIfNull(clip);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(clip.Channels.Count, ChannelWeights.Length, nameof(clip));
        double[] powers = BlockPowers(clip.Channels[0], clip.SampleRate);
        for (int channel = 1; channel < clip.Channels.Count; channel++)
        {
            double[] more = BlockPowers(clip.Channels[channel], clip.SampleRate);
            for (int block = 0; block < powers.Length; block++)
            {
                powers[block] += ChannelWeights[channel] * more[block];
            }
        }

        return Integrate(powers);
    }

    /// <summary>Measures one channel of finite samples, at 10 or more samples per second.</summary>
    /// <returns>LUFS, never below <see cref="Floor"/>.</returns>
    public static double Measure(ReadOnlySpan<float> samples, int sampleRate) => Integrate(BlockPowers(samples, sampleRate));

    /// <summary>The K-weighted power of each frame: the mean square of its filtered samples. The last frame counts as filled with
    /// zeros.</summary>
    /// <param name="samples">One channel of finite samples.</param>
    /// <param name="sampleRate">Samples per second, 10 or more.</param>
    /// <param name="frameLength">Samples in one frame, above 0.</param>
    public static float[] FramePowers(ReadOnlySpan<float> samples, int sampleRate, int frameLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRate, 10);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(frameLength);
        KWeighting weighting = new(sampleRate);
        float[] window = new float[frameLength];
        float[] powers = new float[(samples.Length + frameLength - 1) / frameLength];
        for (int frame = 0; frame < powers.Length; frame++)
        {
            ReadOnlySpan<float> part = samples[(frame * frameLength)..Math.Min((frame + 1) * frameLength, samples.Length)];
            part.CopyTo(window);
            weighting.Apply(window.AsSpan(0, part.Length));
            powers[frame] = TensorPrimitives.SumOfSquares<float>(window.AsSpan(0, part.Length)) / frameLength;
        }

        return powers;
    }

    /// <summary>The integrated loudness of frames whose powers <see cref="FramePowers"/> gave, with blocks of whole frames next to 0.4 s
    /// long.</summary>
    /// <param name="framePowers">The powers of successive frames, at least one.</param>
    /// <param name="framesPerSecond">Frames in one second.</param>
    /// <returns>LUFS, never below <see cref="Floor"/>; within about 0.2 LU of <see cref="Measure(ReadOnlySpan{float}, int)"/> for
    /// music.</returns>
    public static double MeasureFrames(ReadOnlySpan<float> framePowers, double framesPerSecond)
    {
        int block = Math.Clamp((int)Math.Round(BlockSeconds * framesPerSecond), 1, Math.Max(framePowers.Length, 1));
        int step = Math.Max(1, (int)Math.Round(BlockSeconds * framesPerSecond * BlockStep));
        List<double> powers = [];
        for (int start = 0; start + block <= framePowers.Length; start += step)
        {
            powers.Add(TensorPrimitives.Sum(framePowers.Slice(start, block)) / block);
        }

        return Integrate([.. powers]);
    }

    /// <summary>The factor that changes a signal of loudness <paramref name="from"/> to <paramref name="to"/>, both in LUFS.</summary>
    public static double Gain(double from, double to) => Math.Pow(10, (to - from) / 20);

    /// <summary>Brings <paramref name="samples"/> to a loudness, then scales them down as a whole if a sample exceeds 1.</summary>
    /// <param name="samples">Changed in place; silence stays silence.</param>
    /// <param name="sampleRate">Samples per second.</param>
    /// <param name="target">LUFS.</param>
    public static void Normalize(Span<float> samples, int sampleRate, double target)
    {
        TensorPrimitives.Multiply(samples, (float)Gain(Measure(samples, sampleRate), target), samples);
        float peak = samples.IsEmpty ? 0 : MathF.Abs(TensorPrimitives.MaxMagnitude<float>(samples));
        if (peak > 1)
        {
            TensorPrimitives.Multiply(samples, 1 / peak, samples);
        }
    }

    private static double[] BlockPowers(ReadOnlySpan<float> samples, int sampleRate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRate, 10);
        int block = (int)(BlockSeconds * sampleRate),
            step = (int)(BlockSeconds * sampleRate * BlockStep);
        int measured = samples.Length + Math.Max(0, (int)((ShortestSeconds - (double)samples.Length / sampleRate) * sampleRate));
        int blocks = (Math.Max(measured, block) - block + step - 1) / step + 1;

        // One block at a time moves over the signal. The last reaches past the end into zeros, which the filters never see.
        KWeighting weighting = new(sampleRate);
        float[] window = new float[block];
        double[] powers = new double[blocks];
        for (int index = 0, filled = 0; index < blocks; index++, filled -= step)
        {
            Span<float> fresh = window.AsSpan(filled);
            int start = index * step + filled;
            fresh.Clear();
            samples[Math.Min(start, samples.Length)..Math.Min(start + fresh.Length, samples.Length)].CopyTo(fresh);
            weighting.Apply(fresh[..Math.Clamp(measured - start, 0, fresh.Length)]);
            powers[index] = TensorPrimitives.SumOfSquares<float>(window) / (BlockSeconds * sampleRate);
            window.AsSpan(step).CopyTo(window);
            filled = block;
        }

        return powers;
    }

    private static double Integrate(double[] powers)
    {
        double gate = PowerToLufs(MeanAbove(powers, Floor)) + RelativeGate;
        return Math.Max(Floor, PowerToLufs(MeanAbove(powers, Math.Max(Floor, gate))));
    }

    private static double MeanAbove(double[] powers, double gate)
    {
        double[] loud = [.. powers.Where(power => PowerToLufs(power) > gate)];
        return loud.Length == 0 ? 0 : loud.Average();
    }

    private static double PowerToLufs(double power) => ChannelOffset + 10 * Math.Log10(power);
}
