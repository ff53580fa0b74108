namespace VampNet.Runtime.Audio.Formats;

/// <summary>Collects interleaved samples into channels; memory grows with the number of samples read.</summary>
/// <param name="channels">Number of channels, 1 or more: samples in a frame.</param>
internal sealed class SampleBuffer(int channels)
{
    private const int FirstSize = 1 << 16;

    private readonly float[][] _channels = [.. Enumerable.Range(0, channels).Select(_ => new float[FirstSize])];
    private int _frames;

    /// <summary>Frames at the start that an encoder added: they are not part of the clip.</summary>
    public int Skipped { get; init; }

    /// <summary>Appends whole frames.</summary>
    public void Append(ReadOnlySpan<float> interleaved)
    {
        int added = interleaved.Length / channels;
        for (int channel = 0; channel < channels; channel++)
        {
            if (_channels[channel].Length < _frames + added)
            {
                Array.Resize(ref _channels[channel], checked((2 * _frames) + added));
            }

            for (int frame = 0; frame < added; frame++)
            {
                _channels[channel][_frames + frame] = interleaved[(frame * channels) + channel];
            }
        }

        _frames += added;
    }

    /// <summary>Creates the clip from the collected samples.</summary>
    /// <param name="sampleRate">Frames per second.</param>
    /// <param name="source">Name of the file in messages.</param>
    /// <param name="padding">Frames at the end that an encoder added.</param>
    /// <exception cref="RuntimeException">VNR0105: there are none.</exception>
    public AudioClip ToClip(int sampleRate, string source, int padding = 0) =>
        _frames - padding > Skipped
            ? new AudioClip(sampleRate, [.. _channels.Select(samples => samples[Skipped..(_frames - padding)])])
            : throw AudioDamage.NoSound(source);
}
