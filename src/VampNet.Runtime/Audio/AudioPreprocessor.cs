namespace VampNet.Runtime.Audio;

/// <summary>Makes any clip what the codec expects: its sample rate, one channel, -24 LUFS, no peak over 1, a whole number of token
/// frames.</summary>
/// <remarks>Source: upstream <c>Interface._preprocess</c>, hugofloresgarcia/vampnet at 72e2675.</remarks>
public static class AudioPreprocessor
{
    /// <summary>The loudness the models were trained at, in LUFS.</summary>
    public const double TargetLoudness = -24;

    // The power of a block of larger samples could overflow, and the gain would then silence the sound.
    private const float LargestSample = 1e15f;

    /// <summary>Prepares <paramref name="clip"/>.</summary>
    /// <param name="clip">Any channels and rate.</param>
    /// <param name="sampleRate">The codec's samples per second.</param>
    /// <param name="hopLength">Samples in one token frame: the result is padded with zeros to a multiple of it.</param>
    /// <exception cref="RuntimeException">VNR0110: a sample is not finite, or beyond 1e15. VNR0111: too short to hold one sample at the
    /// codec's rate.</exception>
    public static float[] Prepare(AudioClip clip, int sampleRate, int hopLength)
    {
        ArgumentNullException.ThrowIfNull(clip);
        clip.RequireFinite(LargestSample);
        float[] prepared = new float[checked(CountFrames(clip, sampleRate, hopLength) * hopLength)];
        Span<float> sounding = prepared.AsSpan(0, SincResampler.CountResampled(clip.Length, clip.SampleRate, sampleRate));
        // The mean over channels commutes with resampling, and leaves one channel to resample.
        SincResampler.Resample(clip.ToMono().Channels[0], clip.SampleRate, sampleRate, sounding);
        Loudness.Normalize(sounding, sampleRate, TargetLoudness);
        return prepared;
    }

    /// <summary>Number of token frames of a clip: T of its codes.</summary>
    /// <param name="clip">Any channels and rate.</param>
    /// <param name="sampleRate">The codec's samples per second.</param>
    /// <param name="hopLength">Samples in one token frame.</param>
    /// <exception cref="RuntimeException">VNR0111: too short to hold one sample at the codec's rate.</exception>
    public static int CountFrames(AudioClip clip, int sampleRate, int hopLength)
    {
        ArgumentNullException.ThrowIfNull(clip);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(hopLength);
        int length = SincResampler.CountResampled(clip.Length, clip.SampleRate, sampleRate);
        return length > 0
            ? (int)(((long)length + hopLength - 1) / hopLength)
            : throw new RuntimeException(
                RuntimeErrorIds.TooShort,
                found: $"{clip.Length} samples at {clip.SampleRate} Hz",
                expected: $"enough for one sample at {sampleRate} Hz",
                advice: "Give a longer recording"
            );
    }

    /// <summary>Refuses a silent clip: all samples of all channels are equal.</summary>
    /// <exception cref="RuntimeException">VNR0112: the clip is silent.</exception>
    public static void RequireSound(AudioClip clip)
    {
        ArgumentNullException.ThrowIfNull(clip);
        if (clip.Channels.All(channel => !channel.AsSpan().ContainsAnyExcept(channel.Length > 0 ? channel[0] : 0)))
        {
            throw new RuntimeException(
                RuntimeErrorIds.Silent,
                found: $"{clip.Duration.TotalSeconds:0.###} s of audio in which no sample differs from the one before",
                expected: "a sound to start from",
                advice: "Check the recording, its channel and its gain"
            );
        }
    }
}
