using VampNet.Runtime.Audio;

namespace VampNet.Reporting.Sound;

/// <summary>An audio clip of a report.</summary>
/// <param name="Label">Label of the sound on the page.</param>
/// <param name="Sound">One channel at the codec's rate.</param>
public sealed record ReportClip(string Label, AudioClip Sound)
{
    /// <summary>The clip that the models in float32 made of the same input with the same seed; null for clips that have no such
    /// counterpart.</summary>
    public ReportClip? Float32 { get; init; }

    /// <summary>Whether tuned models made it, to be heard beside what the models before tuning made.</summary>
    public bool IsTuned { get; init; }

    internal MelSpectrogram Spectrogram { get; } = MelSpectrogram.Of(Sound.Channels[0], Sound.SampleRate);

    /// <summary>Its figures.</summary>
    /// <param name="input">The clip it was made of.</param>
    public ClipFacts Describe(ReportClip input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new ClipFacts(
            Label,
            Sound.Duration.TotalSeconds,
            Loudness.Measure(Sound),
            input.Spectrogram.DistanceTo(Spectrogram),
            Float32?.Spectrogram.DistanceTo(Spectrogram)
        )
        {
            Spectrum = SpectralStatistics.Of(Sound.Channels[0], Sound.SampleRate),
        };
    }

    /// <summary>The log-mel spectrograms of several clips below one another, as a PNG.</summary>
    /// <param name="clips">At least one.</param>
    /// <param name="width">Pixels of the longest clip.</param>
    public static byte[] DrawStrip(IEnumerable<ReportClip> clips, int width = 1100) =>
        SpectrogramPicture.DrawStrip([.. clips.Select(clip => clip.Spectrogram)], width);

    internal byte[] ToWav()
    {
        using var stream = new MemoryStream();
        WavWriter.Write(stream, Sound, WavEncoding.Pcm16);
        return stream.ToArray();
    }
}
