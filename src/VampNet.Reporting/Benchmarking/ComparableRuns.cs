using VampNet.Quantization.Judging;

namespace VampNet.Reporting.Benchmarking;

/// <summary>Times of two graphs that did equal work in turns. Ratios of times can only be made from this type.</summary>
internal sealed record ComparableRuns
{
    private ComparableRuns(EqualWork work, SpeedRatio speed) => (Work, Speed) = (work, speed);

    /// <summary>The work of both.</summary>
    public EqualWork Work { get; }

    /// <summary>The speed of the candidate relative to the reference.</summary>
    public SpeedRatio Speed { get; }

    /// <summary>Whether the ratio spreads too far over the turns to be quoted.</summary>
    public bool IsNoisy => Speed.Spread > TimedRuns.NoisySpread;

    /// <summary>Compares runs that were made in turns, the first with the first and so on.</summary>
    /// <exception cref="ReportingException">VNP0101: the two did not do equal work, or not equally often.</exception>
    public static ComparableRuns Of(TimedRuns reference, TimedRuns candidate)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(candidate);
        string[] differences =
        [
            .. reference.Work.DifferencesFrom(candidate.Work),
            .. reference.Milliseconds.Length == candidate.Milliseconds.Length
                ? (string[])[]
                : [$"runs: {reference.Milliseconds.Length}, {candidate.Milliseconds.Length}"],
        ];
        return differences.Length == 0
            ? new ComparableRuns(reference.Work, SpeedRatio.Of([.. reference.Milliseconds.Zip(candidate.Milliseconds)]))
            : throw new ReportingException(
                ReportingErrorIds.UnequalWork,
                found: $"times of unequal work: {string.Join("; ", differences)}",
                expected: "graphs that do the same work",
                advice: "Time them in one run, on models of one configuration"
            );
    }
}
