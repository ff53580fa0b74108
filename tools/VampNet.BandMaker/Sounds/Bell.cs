namespace VampNet.BandMaker.Sounds;

/// <summary>A bell: three nearly harmonic partials, 2 ms attack.</summary>
internal sealed class Bell : Instrument
{
    /// <inheritdoc/>
    public override float[] Render(double frequency, int samples) =>
        Fill(
            samples,
            t =>
                (
                    0.6 * Sine(frequency, t) * Decay(t, 0.6)
                    + 0.3 * Sine(2.01 * frequency, t) * Decay(t, 0.35)
                    + 0.15 * Sine(3.03 * frequency, t) * Decay(t, 0.2)
                ) * Attack(t, 0.002)
        );
}
