namespace VampNet.BandMaker.Sounds;

/// <summary>A marimba: a bar tuned to the double octave, with a short click of its tenth, 1 ms attack.</summary>
internal sealed class Marimba : Instrument
{
    /// <inheritdoc/>
    public override float[] Render(double frequency, int samples) =>
        Fill(
            samples,
            t =>
                (
                    0.8 * Sine(frequency, t) * Decay(t, 0.3)
                    + 0.35 * Sine(4 * frequency, t) * Decay(t, 0.08)
                    + 0.15 * Sine(10 * frequency, t) * Decay(t, 0.02)
                ) * Attack(t, 0.001)
        );
}
