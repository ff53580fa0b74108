using System.Collections.Immutable;
using System.Globalization;

namespace VampNet.Validation.Reports;

/// <summary>The tables of a report as text cells, for Markdown and HTML alike. A <c>#</c> at the end of a title marks a column of numbers.</summary>
internal static class ReportTable
{
    public static ImmutableArray<string> ParityColumns { get; } = ["graph", "B#", "T#", "mean |difference|#", "worst |difference|#", "worst element", "tokens equal#", "verdict"];

    public static ImmutableArray<string> QuantizedColumns { get; } = ["graph", "folder", "scheme", "same token#", "top 5 shared#", "KL, nats#", "SQNR, dB#", "size#", "speed-up#", "turns#"];

    public static ImmutableArray<string> WeightColumns { get; } = ["graph", "part", "format", "elements#", "size#", "share#"];

    public static ImmutableArray<string> ClipColumns { get; } = ["clip", "seconds#", "loudness, LUFS#", "log-mel distance, dB#"];

    public static ImmutableArray<string> LedgerColumns { get; } = ["ledger", "tensors#", "bound#", "left out#", "transforms (tensors)"];

    public static IEnumerable<string[]> ParityRows(VerificationReport report) => report.Verdicts.SelectMany(verdict => verdict.Cases.Select(each => (string[])
    [
        verdict.File,
        Show(each.Case.Batch, "0"),
        Show(each.Case.Frames, "N0"),
        each.Difference is { } mean ? Show(mean.MeanAbsoluteError, "0.0e+0") : "-",
        each.Difference is { } difference ? Show(difference.Worst.AbsoluteError, "0.0e+0") : "-",
        each.Difference?.Worst.ToString() ?? "-",
        each.Tokens is { } tokens ? $"{Show(tokens.Positions - tokens.Disagreements, "N0")} of {Show(tokens.Positions, "N0")}" : "-",
        each.Passed ? "pass" : "FAIL",
    ]));

    public static IEnumerable<string[]> QuantizedRows(RunReport report) => report.Quantized.Select(each => (string[])
    [
        each.File,
        each.Folder,
        each.Scheme,
        each.Judgement.Loss.Tokens is { } tokens ? Show(tokens.Share, "0.00%") : "-",
        each.Judgement.Loss.TopFive is { } topFive ? Show(topFive, "0.0%") : "-",
        each.Judgement.Loss.Divergence is { } divergence ? Show(divergence, "0.00000") : "-",
        each.Judgement.Loss.SignalToNoise is { } signal ? double.IsPositiveInfinity(signal) ? "exact" : Show(signal, "0.0") : "-",
        $"{VerdictTable.FormatBytes(each.Judgement.BytesAfter)} of {VerdictTable.FormatBytes(each.Judgement.BytesBefore)}",
        Show(each.Judgement.Speed.Ratio, "0.00"),
        $"{Show(each.Judgement.Speed.Lowest, "0.00")} to {Show(each.Judgement.Speed.Highest, "0.00")}",
    ]);

    public static IEnumerable<string[]> WeightRows(RunReport report) => report.Weights.Select(weight => (string[])
    [
        weight.Graph,
        weight.Part,
        weight.Format,
        Show(weight.Elements, "N0"),
        VerdictTable.FormatBytes(weight.Bytes),
        Show((double)weight.Bytes / report.Weights.Where(other => other.Graph == weight.Graph).Sum(other => other.Bytes), "0.0%"),
    ]);

    public static IEnumerable<string[]> ClipRows(RunReport report) => report.Clips.Select(clip => (string[])
        [clip.Label, Show(clip.Seconds, "0.00"), Show(clip.Loudness, "0.0"), Show(clip.LogMelDistance, "0.0")]);

    public static IEnumerable<string[]> LedgerRows(RunReport report) => report.Ledgers.Select(ledger => (string[])
    [
        ledger.File,
        Show(ledger.Tensors, "N0"),
        Show(ledger.Tensors - ledger.Ignored.Length, "N0"),
        Show(ledger.Ignored.Length, "N0"),
        string.Join(", ", ledger.Transforms.Select(each => $"{each.Transform} ({each.Tensors})")),
    ]);

    public static IEnumerable<(string, string)> MachineFacts(RunReport report) =>
    [
        ("processor", $"{report.Machine.Processor}, {report.Machine.Cores} cores: {string.Join(", ", report.Machine.ProcessorFeatures)}"),
        ("memory", VerdictTable.FormatBytes(report.Machine.MemoryBytes)),
        ("system", $"{report.Machine.OperatingSystem}, {report.Machine.RuntimeIdentifier}, {report.Machine.DotNet}"),
        ("libraries", $"ONNX Runtime {report.Machine.OnnxRuntime.Version ?? "does not load"}, libtorch {report.Machine.Torch.Version ?? "does not load"}"),
        ("providers", string.Join(", ", report.Machine.Providers)),
    ];

    private static string Show(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
