namespace VampNet.Runtime.Audio;

/// <summary>A stretch of time within a clip: cuts it out, and puts another sound in its place.</summary>
/// <param name="First">The first sample of the part.</param>
/// <param name="Length">Samples of the part, at least 1.</param>
public readonly record struct AudioPart(int First, int Length)
{
    /// <summary>Creates the part between two times.</summary>
    /// <param name="clip">The whole.</param>
    /// <param name="start">Seconds from the clip's start, 0 or more.</param>
    /// <param name="end">Seconds from the clip's start; null for its end.</param>
    /// <exception cref="RuntimeException">VNR0115: the times do not lie in the clip in this order.</exception>
    public static AudioPart Between(AudioClip clip, double start, double? end)
    {
        ArgumentNullException.ThrowIfNull(clip);
        double first = Math.Round(start * clip.SampleRate),
            last = end is { } time ? Math.Round(time * clip.SampleRate) : clip.Length;
        return first >= 0 && first < last && last <= clip.Length
            ? new AudioPart((int)first, (int)(last - first))
            : throw new RuntimeException(
                RuntimeErrorIds.PartOutside,
                found: $"a part from {start} s to {(end is null ? "the end" : $"{end} s")} of a recording of "
                    + $"{clip.Duration.TotalSeconds:0.###} s",
                expected: "a start before the end, and both within the recording",
                advice: "Choose other times"
            );
    }

    /// <summary>Returns the samples of the part; the clip itself if the part covers it.</summary>
    public AudioClip Cut(AudioClip clip)
    {
        ArgumentNullException.ThrowIfNull(clip);
        (int first, int length) = (First, Length);
        return length == clip.Length
            ? clip
            : new AudioClip(clip.SampleRate, [.. clip.Channels.Select(channel => channel.AsSpan(first, length).ToArray())]);
    }

    /// <summary>Resamples a sound to the rate of a clip, and cuts it to the length of the part.</summary>
    /// <param name="clip">The whole.</param>
    /// <param name="sound">One channel, of any rate and at least as long.</param>
    /// <param name="stretch">Length of the result as a multiple of the part's length.</param>
    public AudioClip Fit(AudioClip clip, AudioClip sound, int stretch)
    {
        ArgumentNullException.ThrowIfNull(clip);
        ArgumentNullException.ThrowIfNull(sound);
        float[] resampled = SincResampler.Resample(sound.Channels[0], sound.SampleRate, clip.SampleRate);
        Array.Resize(ref resampled, checked(Length * stretch));
        return new AudioClip(clip.SampleRate, [resampled]);
    }

    /// <summary>Puts a sound in the place of the part. Everything outside the part stays as it is, sample for sample.</summary>
    /// <param name="clip">The whole.</param>
    /// <param name="sound">From <see cref="Fit"/>; all channels of the whole get it.</param>
    /// <param name="fade">Samples over which old and new cross-fade at either end, within the part.</param>
    public AudioClip Replace(AudioClip clip, AudioClip sound, int fade)
    {
        ArgumentNullException.ThrowIfNull(clip);
        ArgumentNullException.ThrowIfNull(sound);
        (int first, int length) = (First, Length);
        fade = Math.Min(fade, length / 2);
        return new AudioClip(
            clip.SampleRate,
            [
                .. clip.Channels.Select(channel =>
                {
                    float[] middle = [.. sound.Channels[0]];
                    for (int i = 0; i < fade; i++)
                    {
                        float share = (i + 0.5f) / fade;
                        // At the clip's start and end there is nothing to cross-fade with.
                        if (first > 0)
                        {
                            middle[i] = (share * middle[i]) + ((1 - share) * channel[first + i]);
                        }

                        if (first + length < channel.Length)
                        {
                            middle[^(i + 1)] = (share * middle[^(i + 1)]) + ((1 - share) * channel[first + length - 1 - i]);
                        }
                    }

                    return (float[])[.. channel.AsSpan(0, first), .. middle, .. channel.AsSpan(first + length)];
                }),
            ]
        );
    }
}
