namespace VampNet.ClipMaker;

/// <summary>A string that is plucked and rings out: noise in a delay line, averaged a little each time it comes round (Karplus and Strong,
/// 1983).</summary>
internal static class PluckedString
{
    private const float Loss = 0.996f;

    /// <summary>Adds a note to a track.</summary>
    /// <param name="track">Where to.</param>
    /// <param name="start">The sample at which it is plucked.</param>
    /// <param name="frequency">Its pitch, in Hz.</param>
    /// <param name="sampleRate">Samples per second.</param>
    /// <param name="random">The pluck's noise.</param>
    public static void Add(Span<float> track, int start, double frequency, int sampleRate, Random random)
    {
        float[] line = new float[(int)Math.Round(sampleRate / frequency)];
        foreach (ref float sample in line.AsSpan())
        {
            sample = (random.NextSingle() * 2) - 1;
        }

        for (int i = start; i < track.Length; i++)
        {
            int place = (i - start) % line.Length;
            track[i] += 0.25f * line[place];
            line[place] = Loss * 0.5f * (line[place] + line[(place + 1) % line.Length]);
        }
    }
}
