namespace VampNet.BandMaker.Sounds;

/// <summary>A bass: three harmonics, the upper ones dying away first, 4 ms attack.</summary>
internal sealed class BassGuitar : Instrument
{
    public static BassGuitar Instance { get; } = new();

    /// <inheritdoc/>
    public override float[] Render(double frequency, int samples) =>
        Fill(
            samples,
            t =>
                (Sine(frequency, t) + 0.4 * Decay(t, 0.2) * Sine(2 * frequency, t) + 0.2 * Decay(t, 0.1) * Sine(3 * frequency, t))
                * 0.7
                * Decay(t, 0.6)
                * Attack(t, 0.004)
        );
}
