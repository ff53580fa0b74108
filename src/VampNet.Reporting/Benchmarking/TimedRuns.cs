using System.Collections.Immutable;

namespace VampNet.Reporting.Benchmarking;

/// <summary>Repeated times of one piece of work, after a run that warmed up.</summary>
/// <param name="Work">The work of each run.</param>
/// <param name="Milliseconds">The time of each run, in the order they were made; at least one.</param>
public sealed record TimedRuns(EqualWork Work, ImmutableArray<double> Milliseconds)
{
    /// <summary>Spread above which the machine was too busy for the times to be quoted.</summary>
    public const double NoisySpread = 0.15;

    /// <summary>The median, in milliseconds.</summary>
    public double Median => Quantile(0.5);

    /// <summary>The 95th percentile, in milliseconds, interpolated between runs.</summary>
    public double Percentile95 => Quantile(0.95);

    /// <summary>(slowest - fastest) / median: 0 when all runs took the same time.</summary>
    public double Spread => (Milliseconds.Max() - Milliseconds.Min()) / Median;

    /// <summary>Whether the spread is above <see cref="NoisySpread"/>.</summary>
    public bool IsNoisy => Spread > NoisySpread;

    private double Quantile(double share)
    {
        double[] sorted = [.. Milliseconds.Order()];
        double place = share * (sorted.Length - 1);
        int below = (int)place;
        double above = sorted[Math.Min(below + 1, sorted.Length - 1)];
        return sorted[below] + ((place - below) * (above - sorted[below]));
    }
}
