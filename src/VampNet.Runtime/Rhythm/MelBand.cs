namespace VampNet.Runtime.Rhythm;

/// <summary>A triangle of weights over neighbouring bins of a power spectrum: one band of the mel scale.</summary>
/// <param name="First">The first bin with a weight.</param>
/// <param name="Weights">The weights from that bin on, at least one.</param>
/// <remarks>Source: <c>librosa.filters.mel</c> of librosa 0.10.2 with its defaults: the scale of Slaney's Auditory Toolbox (1998), each
/// triangle scaled by 2 / its width in hertz.</remarks>
internal readonly record struct MelBand(int First, float[] Weights)
{
    private const double LinearStep = 200.0 / 3,
        LinearEnd = 1000,
        LinearEndMel = LinearEnd / LinearStep;

    // 27 steps from 1000 to 6400 Hz.
    private static readonly double LogarithmicStep = Math.Log(6.4) / 27;

    /// <summary>Bands of equal width in mel from 0 to half the sample rate.</summary>
    /// <param name="count">The number of bands.</param>
    /// <param name="window">Samples of the spectrum's window.</param>
    /// <param name="sampleRate">Samples per second.</param>
    public static MelBand[] Spread(int count, int window, int sampleRate)
    {
        double top = ToMel(sampleRate / 2.0);
        double[] edges = [.. Enumerable.Range(0, count + 2).Select(edge => ToHertz(top * edge / (count + 1)))];
        MelBand[] bands = new MelBand[count];
        for (int band = 0; band < count; band++)
        {
            (double low, double middle, double high) = (edges[band], edges[band + 1], edges[band + 2]);
            float[] weights =
            [
                .. Enumerable
                    .Range(0, (window / 2) + 1)
                    .Select(bin => (double)bin * sampleRate / window)
                    .Select(hertz => Math.Max(0, Math.Min((hertz - low) / (middle - low), (high - hertz) / (high - middle))))
                    .Select(weight => (float)(weight * 2 / (high - low))),
            ];
            // A band that lies between two bins has no weights.
            int first = Math.Max(0, weights.AsSpan().IndexOfAnyExcept(0f)),
                last = Math.Max(0, weights.AsSpan().LastIndexOfAnyExcept(0f));
            bands[band] = new MelBand(first, weights[first..(last + 1)]);
        }

        return bands;
    }

    private static double ToMel(double hertz) =>
        hertz < LinearEnd ? hertz / LinearStep : LinearEndMel + (Math.Log(hertz / LinearEnd) / LogarithmicStep);

    private static double ToHertz(double mel) =>
        mel < LinearEndMel ? mel * LinearStep : LinearEnd * Math.Exp(LogarithmicStep * (mel - LinearEndMel));
}
