using System.Numerics.Tensors;

namespace VampNet.Runtime.Audio;

/// <summary>Sampled sound: one array of samples per channel, nominally within -1 and 1, all of the same length.</summary>
/// <remarks>The clip keeps the arrays it is given. It is safe to read from several threads while nobody writes to them.</remarks>
public sealed class AudioClip
{
    /// <summary>Wraps <paramref name="channels"/> without copying.</summary>
    /// <param name="sampleRate">Samples per second and channel, above 0.</param>
    /// <param name="channels">At least one channel; all of the same length, which may be 0.</param>
    /// <exception cref="ArgumentException">No channel, or channels of different lengths.</exception>
    public AudioClip(int sampleRate, params IReadOnlyList<float[]> channels)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sampleRate);
        ArgumentNullException.ThrowIfNull(channels);
        if (channels.Count == 0 || channels.Any(channel => channel.Length != channels[0].Length))
        {
            throw new ArgumentException("A clip needs at least one channel, and all channels of one length.", nameof(channels));
        }

        SampleRate = sampleRate;
        Channels = channels;
    }

    /// <summary>Samples per second and channel.</summary>
    public int SampleRate { get; }

    /// <summary>The samples of each channel.</summary>
    public IReadOnlyList<float[]> Channels { get; }

    /// <summary>Samples in each channel.</summary>
    public int Length => Channels[0].Length;

    /// <summary>Duration of the clip.</summary>
    public TimeSpan Duration => TimeSpan.FromSeconds((double)Length / SampleRate);

    /// <summary>The mean over the channels; the clip itself where it has one channel already.</summary>
    public AudioClip ToMono()
    {
        if (Channels.Count == 1)
        {
            return this;
        }

        float[] mono = new float[Length];
        foreach (float[] channel in Channels)
        {
            TensorPrimitives.Add<float>(mono, channel, mono);
        }

        TensorPrimitives.Divide(mono, Channels.Count, mono);
        return new AudioClip(SampleRate, [mono]);
    }

    /// <summary>Refuses samples that are NaN, infinite, or larger in magnitude than <paramref name="largest"/>.</summary>
    /// <exception cref="RuntimeException">VNR0110: there is such a sample.</exception>
    internal void RequireFinite(float largest = float.MaxValue)
    {
        for (int channel = 0; channel < Channels.Count; channel++)
        {
            int at = Array.FindIndex(Channels[channel], sample => !(MathF.Abs(sample) <= largest));
            if (at >= 0)
            {
                throw new RuntimeException(
                    RuntimeErrorIds.SampleNotFinite,
                    found: $"the sample {Channels[channel][at]} at position {at} of channel {channel}",
                    expected: $"finite samples, and none beyond {largest} where 1 is full scale",
                    advice: "Repair the recording, or export it again"
                );
            }
        }
    }
}
