namespace VampNet.BandMaker.Sounds;

/// <summary>An electric piano: frequency modulation at twice the pitch, 3 ms attack.</summary>
internal sealed class ElectricPiano : Instrument
{
    /// <inheritdoc/>
    public override float[] Render(double frequency, int samples) =>
        Fill(
            samples,
            t => Math.Sin(2 * Math.PI * frequency * t + 1.2 * Decay(t, 0.25) * Sine(2 * frequency, t)) * Decay(t, 0.7) * Attack(t, 0.003)
        );
}
