using System.Numerics.Tensors;
using VampNet.BandMaker.Sounds;
using VampNet.Runtime.Audio;

namespace VampNet.BandMaker;

/// <summary>Renders pieces to sound. A note is always the same samples for its pitch and length.</summary>
internal sealed class BandRenderer
{
    // -24 dBFS.
    private const double TargetRms = 0.0630957;
    private const float LargestPeak = 0.97f;

    // A note that is cut ends in a ramp, so that it does not click.
    private const int ReleaseSamples = 256;

    private readonly Dictionary<(Instrument Instrument, int Pitch, int Samples), float[]> _sounds = [];

    /// <summary>Renders a piece.</summary>
    /// <param name="piece">Piece to play.</param>
    /// <param name="frames">Length in codec frames.</param>
    /// <returns>Mono at 44.1 kHz, RMS -24 dBFS or less where the peak would exceed 0.97.</returns>
    public AudioClip Render(BandPiece piece, int frames)
    {
        float[] track = new float[frames * BandClock.FrameSamples];
        int tickSamples = piece.TickFrames * BandClock.FrameSamples;
        foreach (BandNote note in piece.Notes)
        {
            // A note that began before the piece does is heard from its middle on.
            long start = (long)(note.Tick - piece.FirstTick) * tickSamples;
            float[] sound = Sound(note.Instrument, note.Pitch, note.Ticks * tickSamples);
            int skipped = (int)Math.Max(0, -start);
            long room = track.Length - Math.Max(0, start);
            int length = (int)Math.Min(sound.Length - (long)skipped, room);
            if (length > 0)
            {
                Span<float> place = track.AsSpan((int)Math.Max(0, start), length);
                TensorPrimitives.MultiplyAdd(sound.AsSpan(skipped, length), note.Gain, place, place);
            }
        }

        Level(track);
        return new AudioClip(BandClock.SampleRate, [track]);
    }

    private static void Level(float[] track)
    {
        double rms = Math.Sqrt(TensorPrimitives.SumOfSquares<float>(track) / (double)track.Length);
        float peak = Math.Abs(TensorPrimitives.MaxMagnitude<float>(track));
        if (peak > 0)
        {
            TensorPrimitives.Multiply(track, (float)Math.Min(TargetRms / rms, LargestPeak / peak), track);
        }
    }

    private float[] Sound(Instrument instrument, int pitch, int samples)
    {
        if (!_sounds.TryGetValue((instrument, pitch, samples), out float[]? sound))
        {
            sound = instrument.Render(440 * Math.Pow(2, (pitch - 69) / 12.0), samples);
            for (int i = 1; i <= Math.Min(ReleaseSamples, samples); i++)
            {
                sound[^i] *= i / (float)ReleaseSamples;
            }

            _sounds.Add((instrument, pitch, samples), sound);
        }

        return sound;
    }
}
