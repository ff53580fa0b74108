using System.Collections.Immutable;
using System.Globalization;

namespace VampNet.Validation.Benchmarking;

/// <summary>Benchmarks as text cells: the console, Markdown and HTML all show these. A <c>#</c> at the end of a title marks a column of numbers.</summary>
public static class BenchmarkTable
{
    /// <summary>The titles of the latencies.</summary>
    public static ImmutableArray<string> Columns { get; } = ["graph", "T#", "median ms#", "p95 ms#", "spread#", "note"];

    /// <summary>The titles of the ratios.</summary>
    public static ImmutableArray<string> RatioColumns { get; } = ["graph", "T#", "ms#", "other ms#", "speed-up#", "lowest#", "highest#", "note"];

    /// <summary>The titles of the stages of music.</summary>
    public static ImmutableArray<string> StageColumns { get; } = ["stage", "seconds a second of music#"];

    /// <summary>One row for each graph and length.</summary>
    public static IEnumerable<string[]> Rows(BenchmarkReport report) => report.Graphs.SelectMany(graph => graph.Runs.Select(runs => (string[])
    [
        graph.File,
        Show(runs.Frames, "N0"),
        Show(runs.Times.Median, "0.00"),
        Show(runs.Times.Percentile95, "0.00"),
        Show(runs.Times.Spread, "0%"),
        runs.IsNoisy ? "noisy" : "",
    ]));

    /// <summary>One row for each comparison with another folder.</summary>
    public static IEnumerable<string[]> RatioRows(BenchmarkReport report) => report.Ratios.Select(ratio => (string[])
    [
        ratio.File,
        Show(ratio.Frames, "N0"),
        Show(ratio.Speed.ReferenceMilliseconds, "0.00"),
        Show(ratio.Speed.CandidateMilliseconds, "0.00"),
        Show(ratio.Speed.Ratio, "0.00"),
        Show(ratio.Speed.Lowest, "0.00"),
        Show(ratio.Speed.Highest, "0.00"),
        ratio.IsNoisy ? "noisy" : "",
    ]);

    /// <summary>One row for each stage, and the sum.</summary>
    public static IEnumerable<string[]> StageRows(MusicTimes music) =>
        [.. music.Stages.Select(stage => (string[])[stage.Stage, Show(stage.RealTimeFactor, "0.000")]), ["whole", Show(music.RealTimeFactor, "0.000")]];

    /// <summary>What is no table: label and value.</summary>
    public static IReadOnlyCollection<(string Label, string Value)> Facts(BenchmarkReport report) =>
    [
        ("session start", string.Join(", ", report.Graphs.Select(graph => $"{graph.File} {Show(graph.SessionStartMilliseconds, "0")} ms"))),
        ("peak memory", VerdictTable.FormatBytes(report.PeakMemoryBytes)),
        ("load before", report.Load is { } load ? $"{Show(load, "0.0")} on {report.Cores} cores" : "not told by this system"),
        ("noisy", report.NoisyTimes == 0 ? "no time" : $"{report.NoisyTimes} times spread over more than {Show(TimedRuns.NoisySpread, "0%")}: do not quote them"),
    ];

    private static string Show(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
