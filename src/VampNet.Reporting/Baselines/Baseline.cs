using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using VampNet.Reporting.Benchmarking;
using VampNet.Validation.Verdicts;

namespace VampNet.Reporting.Baselines;

/// <summary>The figures of an earlier report, with which later ones are compared.</summary>
/// <param name="Name">The models' name.</param>
/// <param name="Metrics">The figures, in the order of the report.</param>
public sealed partial record Baseline(string Name, ImmutableArray<Metric> Metrics)
{
    /// <summary>The format version that this library writes and reads.</summary>
    public const string CurrentFormat = "vampnet-baseline/1";

    /// <summary>The format version of this baseline.</summary>
    public string Format { get; init; } = CurrentFormat;

    /// <summary>Takes the figures from a report.</summary>
    public static Baseline Of(RunReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return new Baseline(
            report.Name,
            [
                .. report.Verification.Graphs.SelectMany(graph => OfGraph(report.Verification, graph)),
                .. report.Quantized.SelectMany(OfQuantized),
                .. OfSpeed(report.Benchmark.Ratios),
            ]
        );
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="ReportingException">VNP0104: the text is no baseline of this form.</exception>
    public static Baseline Parse(string json)
    {
        try
        {
            Baseline? baseline = JsonSerializer.Deserialize(json, BaselineJson.Default.Baseline);
            return baseline?.Format == CurrentFormat ? baseline : throw new JsonException($"the format is \"{baseline?.Format}\"");
        }
        catch (JsonException error)
        {
            throw new ReportingException(
                ReportingErrorIds.BaselineUnreadable,
                found: $"a baseline that cannot be read: {error.Message}",
                expected: $"the form {CurrentFormat}, as vampnet report --baseline writes it"
            );
        }
    }

    /// <summary>The baseline as indented JSON with a final line break; equal baselines give equal text.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, BaselineJson.Default.Baseline) + "\n";

    private static IEnumerable<Metric> OfGraph(VerificationReport report, GraphFacts graph)
    {
        if (report.Verdicts.FirstOrDefault(verdict => verdict.File == graph.File) is { } verdict)
        {
            // Without numbers, the widest margin of a wrong token is the error.
            yield return new Metric(
                $"parity {graph.File}",
                MetricKind.Parity,
                verdict.Worst?.AbsoluteError ?? verdict.Tokens?.WidestMargin ?? double.NaN,
                !verdict.Passed
            );
        }

        yield return new Metric($"size {graph.File}", MetricKind.Size, graph.Bytes);
    }

    private static IEnumerable<Metric> OfQuantized(QuantizedGraph graph)
    {
        string name = $"{graph.Folder}/{graph.File}";
        if (graph.Loss.Likelihood is { } likelihood)
        {
            yield return new Metric($"nats {name}", MetricKind.Nats, likelihood.All.Difference);
        }

        if (graph.Loss.Tokens is { } tokens)
        {
            yield return new Metric($"agreement {name}", MetricKind.Agreement, tokens.Share);
        }

        yield return new Metric($"size {name}", MetricKind.Size, graph.BytesAfter);
    }

    // Only the longest length counts: shorter ones show the same with more noise.
    private static IEnumerable<Metric> OfSpeed(ImmutableArray<GraphRatio> ratios) =>
        ratios
            .GroupBy(ratio => (ratio.Reference, ratio.Models, ratio.File))
            .Select(lengths => lengths.MaxBy(ratio => ratio.Frames)!)
            .Select(ratio => new Metric(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"speed-up {ratio.Models}/{ratio.File} over {ratio.Reference}, T {ratio.Frames}"
                ),
                MetricKind.SpeedUp,
                ratio.Speed.Ratio,
                ratio.IsNoisy
            ));

    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectNullableAnnotations = true,
        UseStringEnumConverter = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        WriteIndented = true,
        NewLine = "\n"
    )]
    [JsonSerializable(typeof(Baseline))]
    private sealed partial class BaselineJson : JsonSerializerContext;
}
