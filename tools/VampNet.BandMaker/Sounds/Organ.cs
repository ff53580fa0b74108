namespace VampNet.BandMaker.Sounds;

/// <summary>A drawbar organ: sub-octave, fundamental, fifth and octaves at a steady level, 10 ms attack.</summary>
internal sealed class Organ : Instrument
{
    /// <inheritdoc/>
    public override float[] Render(double frequency, int samples) =>
        Fill(
            samples,
            t =>
                (
                    0.3 * Sine(frequency / 2, t)
                    + 0.5 * Sine(frequency, t)
                    + 0.2 * Sine(1.5 * frequency, t)
                    + 0.3 * Sine(2 * frequency, t)
                    + 0.15 * Sine(4 * frequency, t)
                )
                * 0.6
                * Attack(t, 0.010)
        );
}
