using System.Collections.Immutable;
using System.Globalization;
using VampNet.Inference.Comparison;

namespace VampNet.Validation.Verdicts;

/// <summary>The table of graphs with their facts and verdicts, as text cells: the console, Markdown and HTML all show
/// these.</summary>
public static class VerdictTable
{
    /// <summary>The titles of the columns of a graph's sizes. A <c>#</c> at the end marks a column of numbers; it is not part of the
    /// title.</summary>
    public static ImmutableArray<string> FactColumns { get; } = ["graph", "nodes#", "parameters#", "size#"];

    /// <summary>The titles of the columns of a graph's sizes and verdict.</summary>
    public static ImmutableArray<string> Columns { get; } = [.. FactColumns, "worst |difference|#", "ULP#", "tokens equal#", "verdict"];

    /// <summary>The cells of one row for each graph, as many as <see cref="FactColumns"/>.</summary>
    public static IEnumerable<string[]> FactRows(IEnumerable<GraphFacts> graphs) => graphs.Select(FactRow);

    /// <summary>The cells of one row for each graph, as many as <see cref="Columns"/>.</summary>
    public static IEnumerable<string[]> Rows(VerificationReport report) =>
        report.Graphs.Select(graph => Row(graph, report.Verdicts.FirstOrDefault(verdict => verdict.File == graph.File)));

    /// <summary>A byte count in the largest decimal unit that leaves at least 1.</summary>
    public static string FormatBytes(long bytes) =>
        bytes switch
        {
            < 1_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
            < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.0} kB"),
            < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.00} GB"),
        };

    private static string[] FactRow(GraphFacts graph) =>
        [
            graph.File,
            graph.Nodes.ToString("N0", CultureInfo.InvariantCulture),
            graph.Parameters.ToString("N0", CultureInfo.InvariantCulture),
            FormatBytes(graph.Bytes),
        ];

    private static string[] Row(GraphFacts graph, GraphVerdict? verdict) =>
        [
            .. FactRow(graph),
            verdict?.Worst is { } worst ? worst.AbsoluteError.ToString("0.0e+0", CultureInfo.InvariantCulture) : "-",
            verdict?.Worst is { } element ? FormatUlp(element.Ulp) : "-",
            verdict?.Tokens is { } tokens ? FormatTokens(tokens) : "-",
            verdict is null ? "not judged"
            : verdict.Passed ? "pass"
            : "FAIL",
        ];

    private static string FormatUlp(long ulp) => ulp == long.MaxValue ? "NaN" : ulp.ToString("N0", CultureInfo.InvariantCulture);

    private static string FormatTokens(TokenAgreement tokens) =>
        string.Create(CultureInfo.InvariantCulture, $"{tokens.Positions - tokens.Disagreements:N0} of {tokens.Positions:N0}");
}
