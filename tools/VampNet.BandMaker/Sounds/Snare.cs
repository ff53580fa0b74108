namespace VampNet.BandMaker.Sounds;

/// <summary>A snare drum: noise from 700 to 7000 Hz over a tone of 190 Hz.</summary>
internal sealed class Snare : Instrument
{
    private const ulong NoiseSeed = 190;

    public static Snare Instance { get; } = new();

    /// <inheritdoc/>
    public override float[] Render(double frequency, int samples)
    {
        float[] noise = FilteredNoise.Between(NoiseSeed, 700, 7000, samples);
        int i = 0;
        return Fill(samples, t => 0.8 * noise[i++] * Decay(t, 0.08) + 0.4 * Sine(190, t) * Decay(t, 0.06));
    }
}
