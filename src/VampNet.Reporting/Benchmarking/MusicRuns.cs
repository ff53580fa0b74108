using System.Collections.Immutable;

namespace VampNet.Reporting.Benchmarking;

/// <summary>Repeated times of making one piece of music, after a run that warmed up.</summary>
/// <param name="Seconds">The length of the music.</param>
/// <param name="Stages">Encode, coarse, c2f, sampling, decode.</param>
internal sealed record MusicRuns(double Seconds, ImmutableArray<StageRuns> Stages)
{
    /// <summary>All stages together, run by run.</summary>
    public StageRuns Whole =>
        new(
            "whole",
            [.. Enumerable.Range(0, Stages[0].RealTimeFactors.Length).Select(run => Stages.Sum(stage => stage.RealTimeFactors[run]))]
        );
}

/// <summary>Repeated times of one stage.</summary>
/// <param name="Stage">Its name.</param>
/// <param name="RealTimeFactors">Seconds of computing for one second of music, of each run in the order they were made; at least
/// one.</param>
internal sealed record StageRuns(string Stage, ImmutableArray<double> RealTimeFactors)
{
    /// <summary>The median.</summary>
    public double Median => RealTimeFactors.Order().ElementAt(RealTimeFactors.Length / 2);

    /// <summary>The fastest run.</summary>
    public double Lowest => RealTimeFactors.Min();

    /// <summary>The slowest run.</summary>
    public double Highest => RealTimeFactors.Max();

    /// <summary>(slowest - fastest) / median: 0 when all runs took the same time.</summary>
    public double Spread => (Highest - Lowest) / Median;
}
