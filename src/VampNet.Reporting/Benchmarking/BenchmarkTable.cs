using System.Collections.Immutable;
using System.Globalization;
using VampNet.Validation.Verdicts;

namespace VampNet.Reporting.Benchmarking;

/// <summary>Benchmarks as text cells: the console, Markdown and HTML all show these. A <c>#</c> at the end of a title marks a column of
/// numbers.</summary>
public static class BenchmarkTable
{
    private const string ProviderSuffix = "ExecutionProvider";

    /// <summary>The titles of the latencies.</summary>
    public static ImmutableArray<string> Columns { get; } = ["graph", "models", "T#", "runs#", "median ms#", "p95 ms#", "spread#", "note"];

    /// <summary>The titles of the ratios.</summary>
    public static ImmutableArray<string> RatioColumns { get; } =
    ["graph", "models", "against", "T#", "ms#", "against ms#", "speed-up#", "lowest#", "highest#", "note"];

    /// <summary>The titles of the stages of music, in seconds of computing for a second of music.</summary>
    public static ImmutableArray<string> StageColumns { get; } =
    ["seconds a second of music", .. MusicBenchmark.Stages.Select(stage => $"{stage}#"), "whole#", "spread#", "note"];

    /// <summary>The titles of the columns of operators by provider.</summary>
    public static ImmutableArray<string> ProviderColumns { get; } =
    ["graph", "models", "runs on", "nodes#", "ms#", "Memcpy nodes#", "operators, by time"];

    /// <summary>One row for each profiled graph and each provider that runs nodes of it. Nodes that copy between the memories of two
    /// providers are counted apart.</summary>
    public static IEnumerable<string[]> ProviderRows(BenchmarkReport report) =>
        report.Graphs.SelectMany(graph =>
            graph
                .Operators.GroupBy(each => each.Provider)
                .OrderByDescending(provider => provider.Sum(each => each.Milliseconds))
                .Select(provider =>
                    (string[])
                        [
                            graph.File,
                            graph.Models,
                            ShortName(provider.Key),
                            Show(provider.Sum(each => each.Nodes), "N0"),
                            Show(provider.Sum(each => each.Milliseconds), "0.00"),
                            Show(provider.Where(each => each.IsCopy).Sum(each => each.Nodes), "N0"),
                            string.Join(", ", provider.Select(each => $"{each.Operator} {Show(each.Nodes, "N0")}")),
                        ]
                )
        );

    /// <summary>One row for each graph and length.</summary>
    public static IEnumerable<string[]> Rows(BenchmarkReport report) =>
        report.Graphs.SelectMany(graph =>
            graph.Runs.Select(runs =>
                (string[])
                    [
                        graph.File,
                        graph.Models,
                        Show(runs.Frames, "N0"),
                        Show(runs.Times.Milliseconds.Length, "0"),
                        Show(runs.Times.Median, "0.00"),
                        Show(runs.Times.Percentile95, "0.00"),
                        Show(runs.Times.Spread, "0%"),
                        runs.IsNoisy ? "noisy" : "",
                    ]
            )
        );

    /// <summary>One row for each comparison of two graphs.</summary>
    public static IEnumerable<string[]> RatioRows(BenchmarkReport report) =>
        report.Ratios.Select(ratio =>
            (string[])
                [
                    ratio.File,
                    ratio.Models,
                    ratio.Reference,
                    Show(ratio.Frames, "N0"),
                    Show(ratio.Speed.CandidateMilliseconds, "0.00"),
                    Show(ratio.Speed.ReferenceMilliseconds, "0.00"),
                    Show(ratio.Speed.Ratio, "0.00"),
                    Show(ratio.Speed.Lowest, "0.00"),
                    Show(ratio.Speed.Highest, "0.00"),
                    ratio.IsNoisy ? "noisy" : "",
                ]
        );

    /// <summary>One row for each folder that makes music: its stages, their sum, and how far that spread.</summary>
    public static IEnumerable<string[]> StageRows(IEnumerable<MusicTimes> music) =>
        music.Select(each =>
            (string[])
                [
                    each.Models,
                    .. each.Stages.Select(stage => Show(stage.RealTimeFactor, "0.0000")),
                    Show(each.RealTimeFactor, "0.0000"),
                    Show(each.Spread, "0%"),
                    each.IsNoisy ? "noisy" : "",
                ]
        );

    /// <summary>The facts outside tables: label and value.</summary>
    public static IReadOnlyCollection<(string Label, string Value)> Facts(BenchmarkReport report) =>
        [
            .. report
                .Graphs.GroupBy(graph => graph.Models)
                .Select(models =>
                    (
                        $"session start, {models.Key}",
                        string.Join(", ", models.Select(graph => $"{graph.File} {Show(graph.SessionStartMilliseconds, "0")} ms"))
                    )
                ),
            ("peak memory", $"{VerdictTable.FormatBytes(report.PeakMemoryBytes)}, of the measuring process: models, inputs and results"),
            (
                "load before",
                report.Load is { } load
                    ? $"{Show(load, "0.0")} on {report.Cores} cores{(load > report.Cores / 2.0 ? ": the machine was busy" : "")}"
                    : "not reported by this system"
            ),
            (
                "noisy",
                report.NoisyTimes == 0
                    ? "no time"
                    : $"{report.NoisyTimes} times spread over more than {Show(TimedRuns.NoisySpread, "0%")}: do not quote them"
            ),
        ];

    private static string ShortName(string provider) =>
        provider.EndsWith(ProviderSuffix, StringComparison.Ordinal) ? provider[..^ProviderSuffix.Length] : provider;

    /// <summary>The titles of the latencies of single graphs.</summary>
    public static ImmutableArray<string> FileColumns { get; } = ["graph", "inputs", "runs#", "median ms#", "p95 ms#", "spread#", "note"];

    /// <summary>The titles of the ratios of single graphs.</summary>
    public static ImmutableArray<string> FileRatioColumns { get; } =
    ["graph", "inputs", "ms#", "against ms#", "speed-up#", "lowest#", "highest#", "note"];

    /// <summary>The titles of the columns of time by operator of single graphs.</summary>
    public static ImmutableArray<string> OperatorColumns { get; } = ["graph", "operator", "nodes#", "ms#", "share#"];

    /// <summary>One row for each graph and size.</summary>
    public static IEnumerable<string[]> FileRows(FileBenchmarkReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return report.Graphs.SelectMany(graph =>
            graph.Runs.Select(runs =>
                (string[])
                    [
                        NameOf(report, graph.File),
                        runs.Work.Inputs,
                        Show(runs.Milliseconds.Length, "0"),
                        Show(runs.Median, "0.00"),
                        Show(runs.Percentile95, "0.00"),
                        Show(runs.Spread, "0%"),
                        runs.IsNoisy ? "noisy" : "",
                    ]
            )
        );
    }

    /// <summary>One row for each size at which two graphs were timed in turns.</summary>
    public static IEnumerable<string[]> FileRatioRows(FileBenchmarkReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return report.Ratios.Select(ratio =>
            (string[])
                [
                    NameOf(report, ratio.File),
                    ratio.Inputs,
                    Show(ratio.Speed.CandidateMilliseconds, "0.00"),
                    Show(ratio.Speed.ReferenceMilliseconds, "0.00"),
                    Show(ratio.Speed.Ratio, "0.00"),
                    Show(ratio.Speed.Lowest, "0.00"),
                    Show(ratio.Speed.Highest, "0.00"),
                    ratio.IsNoisy ? "noisy" : "",
                ]
        );
    }

    /// <summary>One row for each graph and operator, the slowest first.</summary>
    public static IEnumerable<string[]> OperatorRows(FileBenchmarkReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return report.Graphs.SelectMany(graph =>
            graph.Operators.Select(each =>
                (string[])
                    [
                        NameOf(report, graph.File),
                        each.Operator,
                        Show(each.Nodes, "0"),
                        Show(each.Milliseconds, "0.000"),
                        Show(each.Milliseconds / Math.Max(graph.Operators.Sum(other => other.Milliseconds), double.Epsilon), "0%"),
                    ]
            )
        );
    }

    /// <summary>The facts of single graphs outside tables: label and value.</summary>
    public static IReadOnlyCollection<(string Label, string Value)> FileFacts(FileBenchmarkReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return
        [
            .. report.Graphs.Select(graph =>
                (
                    NameOf(report, graph.File),
                    $"{VerdictTable.FormatBytes(graph.Bytes)}, session start {Show(graph.SessionStartMilliseconds, "0")} ms, memory "
                        + $"{VerdictTable.FormatBytes(graph.MemoryBytes)} for the session and its first runs"
                )
            ),
            ("peak memory", $"{VerdictTable.FormatBytes(report.PeakMemoryBytes)}, of the measuring process"),
            ("load before", report.Load is { } load ? $"{Show(load, "0.0")} on {report.Cores} cores" : "not reported by this system"),
        ];
    }

    // The file's name, or its path where two have one name.
    private static string NameOf(FileBenchmarkReport report, string file) =>
        report.Graphs.Select(graph => Path.GetFileName(graph.File)).Distinct().Count() == report.Graphs.Length
            ? Path.GetFileName(file)
            : file;

    private static string Show(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
