namespace VampNet.BandMaker.Sounds;

/// <summary>A plucked string (Karplus and Strong, 1983): a noise burst in a delay line, averaged a little each time it comes
/// round.</summary>
internal sealed class PluckedString : Instrument
{
    public static PluckedString Instance { get; } = new();

    /// <inheritdoc/>
    public override float[] Render(double frequency, int samples)
    {
        int delay = (int)Math.Round(BandClock.SampleRate / frequency);
        double loop = Math.Pow(0.96, 1 / Math.Sqrt(frequency));
        float near = (float)(0.65 * loop),
            far = (float)(0.35 * loop);

        // One fixed burst per pitch.
        float[] burst = new BandRandom((ulong)delay).Noise(delay);
        float smoothed = 0;
        foreach (ref float sample in burst.AsSpan())
        {
            sample = smoothed = 0.6f * sample + 0.4f * smoothed;
        }

        float[] sound = new float[samples];
        for (int i = 0; i < samples; i++)
        {
            float late = i >= delay ? near * sound[i - delay] : burst[i];
            sound[i] = late + (i > delay ? far * sound[i - delay - 1] : 0);
        }

        return sound;
    }
}
