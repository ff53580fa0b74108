namespace VampNet.BandMaker.Sounds;

/// <summary>A hi-hat: noise above 7 kHz.</summary>
/// <param name="decay">Seconds to fall to 1/e.</param>
internal sealed class Cymbal(double decay) : Instrument
{
    private const ulong NoiseSeed = 7000;

    public static Cymbal ClosedHat { get; } = new(0.03);

    public static Cymbal OpenHat { get; } = new(0.12);

    /// <inheritdoc/>
    public override float[] Render(double frequency, int samples)
    {
        float[] noise = FilteredNoise.Above(NoiseSeed, 7000, samples);
        int i = 0;
        return Fill(samples, t => noise[i++] * Decay(t, decay));
    }
}
