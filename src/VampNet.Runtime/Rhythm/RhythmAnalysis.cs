namespace VampNet.Runtime.Rhythm;

/// <summary>The token frames in which notes and beats of a piece fall.</summary>
/// <param name="Onsets">Frames in which notes begin, ascending.</param>
/// <param name="Beats">Frames of the beats, ascending.</param>
public sealed record RhythmAnalysis(IReadOnlyList<int> Onsets, IReadOnlyList<int> Beats)
{
    /// <summary>Analyses a mono signal, with one frame per token frame.</summary>
    /// <param name="samples">The signal as the codec takes it, at least one sample.</param>
    /// <param name="rate">The codec's sample rate and hop.</param>
    /// <param name="findOnsets">Whether to find onsets; without it the list is empty.</param>
    /// <param name="findBeats">Whether to find beats; without it the list is empty.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public static RhythmAnalysis Analyze(
        ReadOnlySpan<float> samples,
        TokenRate rate,
        bool findOnsets = true,
        bool findBeats = true,
        CancellationToken cancellationToken = default
    )
    {
        OnsetStrength strength = OnsetStrength.Measure(samples, rate.SampleRate, rate.HopLength, cancellationToken);
        return new RhythmAnalysis(
            findOnsets ? OnsetDetector.Detect(strength.Mean, rate.SampleRate, rate.HopLength) : [],
            findBeats ? BeatTracker.Track(strength.Median, rate.SampleRate, rate.HopLength, cancellationToken).Beats : []
        );
    }
}
