using System.Collections.Immutable;
using System.Globalization;

namespace VampNet.Quantization.Judging;

/// <summary>The speed of one graph relative to another on equal inputs and threads, measured in turns.</summary>
/// <param name="ReferenceMilliseconds">Median of the reference's runs.</param>
/// <param name="CandidateMilliseconds">Median of the other's.</param>
/// <param name="Ratio">Median over the turns of reference time / candidate time: over 1, the candidate is faster.</param>
/// <param name="Lowest">The lowest ratio of a turn.</param>
/// <param name="Highest">The highest.</param>
public sealed record SpeedRatio(double ReferenceMilliseconds, double CandidateMilliseconds, double Ratio, double Lowest, double Highest)
{
    /// <summary>(Highest - Lowest) / Ratio; over 0.15 the machine was too busy for the ratio to be quoted.</summary>
    public double Spread => (Highest - Lowest) / Ratio;

    /// <summary>Summarizes turns.</summary>
    /// <param name="turns">The two times of each turn, in milliseconds; at least one turn.</param>
    public static SpeedRatio Of(IReadOnlyCollection<(double Reference, double Candidate)> turns)
    {
        ImmutableArray<double> ratios = [.. turns.Select(turn => turn.Reference / turn.Candidate).Order()];
        return new SpeedRatio(
            Median(turns.Select(turn => turn.Reference)),
            Median(turns.Select(turn => turn.Candidate)),
            Median(ratios),
            ratios[0],
            ratios[^1]
        );
    }

    /// <summary>The ratio with the range of its turns. Where the range holds 1, neither graph was faster, and no ratio is named.</summary>
    public string Describe() =>
        (Lowest > 1 || Highest < 1 ? $"{Show(Ratio)}x" : "no difference measured") + $" (turns from {Show(Lowest)} to {Show(Highest)})";

    // Two decimals at least: with one, 1.04 looks like equal speed.
    private static string Show(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
