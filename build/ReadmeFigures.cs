// Loaded by build.cake as a script and compiled into VampNet.Build.Tests: hence no namespace, and nothing of Cake.
#nullable enable
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

/// <summary>The main figures of a report as the README shows them. No times: those of models this small say nothing.</summary>
public static class ReadmeFigures
{
    private const string Begin = "<!-- written by ./build.sh readme -->",
        End = "<!-- end -->";

    private static readonly string[] Columns =
    [
        "graph",
        "nodes",
        "parameters",
        "size",
        "worst difference",
        "allowed",
        "tokens equal",
        "quantized",
        "its size",
        "nats a token",
        "same token",
    ];

    /// <summary>A table with one row for each graph.</summary>
    /// <param name="reportJson">A report.json.</param>
    public static string Table(string reportJson)
    {
        using JsonDocument report = JsonDocument.Parse(reportJson);
        JsonElement verification = report.RootElement.GetProperty("verification");
        IEnumerable<string> rows = verification
            .GetProperty("graphs")
            .EnumerateArray()
            .Select(graph =>
                Row(graph, Find(verification.GetProperty("verdicts"), graph), Find(report.RootElement.GetProperty("quantized"), graph))
            );
        return string.Join(
            '\n',
            [$"| {string.Join(" | ", Columns)} |", $"|---|{string.Concat(Enumerable.Repeat("---:|", Columns.Length - 1))}", .. rows]
        );
    }

    /// <summary>A README with another table between its markers.</summary>
    public static string Replace(string readme, string table)
    {
        int begin = readme.IndexOf(Begin, StringComparison.Ordinal),
            end = begin < 0 ? -1 : readme.IndexOf(End, begin, StringComparison.Ordinal);
        return end < 0
            ? throw new InvalidOperationException($"Found no place for figures in the README. Expected the lines {Begin} and {End}.")
            : $"{readme[..(begin + Begin.Length)]}\n\n{table}\n\n{readme[end..]}";
    }

    /// <summary>A README without what may differ from machine to machine: every number in its figures is a 0.</summary>
    public static string Shape(string readme)
    {
        int begin = readme.IndexOf(Begin, StringComparison.Ordinal),
            end = readme.IndexOf(End, StringComparison.Ordinal);
        return Replace(readme, Regex.Replace(readme[(begin + Begin.Length)..end].Trim('\n'), @"[+-]?\d+([.,]\d+)*(e[+-]\d+)?", "0"));
    }

    private static string Row(JsonElement graph, JsonElement? verdict, JsonElement? quantized)
    {
        JsonElement[] cases = verdict is { } judged ? [.. judged.GetProperty("cases").EnumerateArray()] : [];
        double[] worst =
        [
            .. cases
                .Select(each => each.GetProperty("difference"))
                .Where(IsThere)
                .Select(each => Number(each.GetProperty("worst").GetProperty("absolute_error"))),
        ];
        JsonElement[] tokens = [.. cases.Select(each => each.GetProperty("tokens")).Where(IsThere)];
        long positions = tokens.Sum(each => each.GetProperty("positions").GetInt64());
        JsonElement? nats =
            quantized is { } heard && heard.GetProperty("loss").TryGetProperty("likelihood", out JsonElement found) ? found : null;
        JsonElement? lost = quantized?.GetProperty("loss").GetProperty("tokens");
        string[] cells =
        [
            $"{graph.GetProperty("file").GetString()}",
            Show(graph.GetProperty("nodes").GetInt64(), "N0"),
            Show(graph.GetProperty("parameters").GetInt64(), "N0"),
            Size(graph.GetProperty("bytes").GetInt64()),
            worst.Length == 0 ? "-" : Show(worst.Max(), "0.0e+0"),
            worst.Length == 0 ? "-" : Show(Number(verdict!.Value.GetProperty("budget").GetProperty("max_absolute_error")), "0.0e+0"),
            tokens.Length == 0
                ? "-"
                : $"{Show(positions - tokens.Sum(each => each.GetProperty("disagreements").GetInt64()), "N0")} of {Show(positions, "N0")}",
            quantized?.GetProperty("scheme").GetString() ?? "-",
            quantized is { } sized ? Size(sized.GetProperty("bytes_after").GetInt64()) : "-",
            nats is { } likelihood && IsThere(likelihood)
                ? Show(Number(likelihood.GetProperty("all").GetProperty("difference")), "+0.0000;-0.0000")
                : "-",
            lost is { } each && IsThere(each) ? Show(100 * Number(each.GetProperty("share")), "0.0") + " %" : "-",
        ];
        return $"| {string.Join(" | ", cells)} |";
    }

    private static JsonElement? Find(JsonElement list, JsonElement graph) =>
        list.EnumerateArray()
            .Where(each => each.GetProperty("file").GetString() == graph.GetProperty("file").GetString())
            .Select(each => (JsonElement?)each)
            .FirstOrDefault();

    private static bool IsThere(JsonElement element) => element.ValueKind == JsonValueKind.Object;

    private static double Number(JsonElement element) =>
        element.ValueKind == JsonValueKind.Number ? element.GetDouble() : double.Parse(element.GetString()!, CultureInfo.InvariantCulture);

    private static string Size(long bytes) => bytes < 1_000_000 ? $"{Show(bytes / 1e3, "0")} kB" : $"{Show(bytes / 1e6, "0.0")} MB";

    private static string Show(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
#nullable restore
