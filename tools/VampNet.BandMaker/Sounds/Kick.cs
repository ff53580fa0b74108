namespace VampNet.BandMaker.Sounds;

/// <summary>A bass drum: a sine that falls from 158 to 48 Hz.</summary>
internal sealed class Kick : Instrument
{
    public static Kick Instance { get; } = new();

    /// <inheritdoc/>
    public override float[] Render(double frequency, int samples)
    {
        double phase = 0;
        return Fill(
            samples,
            t =>
            {
                double value = Math.Sin(phase) * Decay(t, 0.13);
                phase += 2 * Math.PI * (48 + 110 * Decay(t, 0.03)) / BandClock.SampleRate;
                return value;
            }
        );
    }
}
