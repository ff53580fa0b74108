using System.Collections.Immutable;
using System.Globalization;
using VampNet.Quantization.Judging;
using VampNet.Reporting.Benchmarking;
using VampNet.Reporting.Sound;
using VampNet.Validation.Verdicts;

namespace VampNet.Reporting;

/// <summary>The tables of a report as text cells, for Markdown and HTML alike. A <c>#</c> at the end of a title marks a column of
/// numbers.</summary>
internal static class ReportTable
{
    private const string Processor = "CPUExecutionProvider";

    public static ImmutableArray<string> ParityColumns { get; } =
    ["graph", "B#", "T#", "mean#", "worst#", "99.9% within#", "worst element: expected, actual", "tokens equal#", "verdict"];

    public static ImmutableArray<string> QuantizedColumns { get; } =
    [
        "graph",
        "folder",
        "scheme",
        "cost, nats a token#",
        "standard error#",
        "KL, nats#",
        "same token#",
        "top 5 shared#",
        "SQNR, dB#",
        "size#",
        "of float32#",
        "speed-up#",
    ];

    public static ImmutableArray<string> LikelihoodColumns { get; } = ["graph", "folder", .. LikelihoodTable.Columns];

    public static ImmutableArray<string> LayerColumns { get; } =
    ["graph", "layer", "mean |difference|#", "worst |difference|#", "largest |value|#"];

    public static ImmutableArray<string> LayerLossColumns { get; } = ["graph", "folder", "layer", "SQNR, dB#"];

    public static ImmutableArray<string> FlipColumns { get; } = ["graph", "folder", "codebook#", "tokens#", "flipped#", "share#"];

    public static ImmutableArray<string> FormatColumns { get; } = ["models", "graph", "file#", "formats of the weights, by size"];

    public static ImmutableArray<string> OperatorColumns { get; } = ["models", "graph", "operator", "nodes#", "ms#", "share#"];

    public static ImmutableArray<string> WeightColumns { get; } = ["models", "graph", "part", "format", "elements#", "size#", "share#"];

    public static ImmutableArray<string> ClipColumns { get; } =
    [
        "clip",
        "seconds#",
        "loudness, LUFS#",
        "log-mel from the input, dB#",
        "from float32, dB#",
        "centroid, Hz#",
        "bandwidth, Hz#",
        "85 % below, Hz#",
        "flatness, dB#",
        "change, dB#",
    ];

    public static ImmutableArray<string> RoundTripColumns { get; } =
    [
        "codec",
        "recording",
        "seconds#",
        "codes equal#",
        "SI-SDR from the original, dB#",
        "log-mel from it, dB#",
        "SI-SDR from float32, dB#",
        "log-mel from float32, dB#",
    ];

    /// <summary>Explains the table of round trips.</summary>
    public const string AboutRoundTrips =
        "The codec alone, encoded and decoded, on held-out recordings. SI-SDR: power of the part that is the other signal over power of "
        + "the rest. Log-mel: the mean difference of log-mel spectrograms over windows of 512, 1024, 2048 and 4096 samples.";

    public static IEnumerable<string[]> RoundTripRows(IEnumerable<RoundTripLoss> roundTrips) =>
        roundTrips.Select(each =>
            (string[])
                [
                    each.Models,
                    each.Recording,
                    Show(each.Seconds, "0.00"),
                    each.EqualCodes is { } share ? Show(share, "0.0%") : "-",
                    Decibels(each.FromOriginal.ScaleInvariantSdr),
                    Show(each.FromOriginal.MultiResolution, "0.00"),
                    each.FromFloat32 is { } loss ? Decibels(loss.ScaleInvariantSdr) : "-",
                    each.FromFloat32 is { } distance ? Show(distance.MultiResolution, "0.00") : "-",
                ]
        );

    public static ImmutableArray<string> LedgerColumns { get; } = ["ledger", "tensors#", "bound#", "left out#", "transforms (tensors)"];

    public static IEnumerable<string[]> ParityRows(VerificationReport report) =>
        report.Verdicts.SelectMany(verdict =>
            verdict.Cases.Select(each =>
                (string[])
                    [
                        verdict.File,
                        Show(each.Case.Batch, "0"),
                        Show(each.Case.Frames, "N0"),
                        each.Difference is { } mean ? Show(mean.MeanAbsoluteError, "0.0e+0") : "-",
                        each.Difference is { } difference ? Show(difference.Worst.AbsoluteError, "0.0e+0") : "-",
                        each.Distribution is { } distribution ? Show(distribution.Percentile999, "0.0e+0") : "-",
                        each.Difference?.Worst is { } worst
                            ? string.Create(
                                CultureInfo.InvariantCulture,
                                $"[{string.Join(", ", worst.Index)}] {worst.Expected:R}, {worst.Actual:R}"
                            )
                            : "-",
                        each.Tokens is { } tokens
                            ? $"{Show(tokens.Positions - tokens.Disagreements, "N0")} of {Show(tokens.Positions, "N0")}"
                            : "-",
                        each.Passed ? "pass" : "FAIL",
                    ]
            )
        );

    public static IEnumerable<string[]> LayerRows(VerificationReport report) =>
        report
            .Verdicts.Where(verdict => verdict.Layers is not null)
            .SelectMany(verdict =>
                verdict.Layers!.Layers.Select(layer =>
                    (string[])
                        [
                            verdict.File,
                            layer.Layer,
                            Show(layer.MeanAbsoluteError, "0.0e+0"),
                            Show(layer.WorstAbsoluteError, "0.0e+0"),
                            Show(layer.LargestExpected, "0.0e+0"),
                        ]
                )
            );

    public static IEnumerable<string[]> QuantizedRows(RunReport report) =>
        report.Quantized.Select(each =>
            (string[])
                [
                    each.File,
                    each.Folder,
                    each.Scheme,
                    each.Loss.Likelihood is { } likelihood ? LikelihoodTable.Signed(likelihood.All.Difference) : "-",
                    each.Loss.Likelihood?.All.StandardError is { } error ? Show(error, "0.0000") : "-",
                    each.Loss.Divergence is { } divergence ? Show(divergence, "0.00000") : "-",
                    each.Loss.Tokens is { } tokens ? Show(tokens.Share, "0.00%") : "-",
                    each.Loss.TopFive is { } topFive ? Show(topFive, "0.0%") : "-",
                    each.Loss.SignalToNoise is { } signal ? Decibels(signal) : "-",
                    VerdictTable.FormatBytes(each.BytesAfter),
                    Show((double)each.BytesAfter / each.BytesBefore, "0%"),
                    SpeedUp(report, each),
                ]
        );

    public static IEnumerable<string[]> LikelihoodRows(RunReport report) =>
        report
            .Quantized.Where(each => each.Loss.Likelihood is not null)
            .SelectMany(each => LikelihoodTable.Rows(each.Loss.Likelihood!).Select(cells => (string[])[each.File, each.Folder, .. cells]));

    /// <summary>Explains the inputs that quantized graphs were judged on, and the columns of the table.</summary>
    public static string AboutQuantized(RunReport report) =>
        report.Quantized.Any(each => each.Loss.Likelihood is not null)
            ? $"Judged on {report.JudgedOn}, with 20, 50 and 80 % of the tokens masked. Cost: the loss of the quantized graph, "
                + "as a difference of mean negative log-likelihoods of the true tokens. Same token: how often both have the same "
                + $"likeliest token. {LikelihoodTable.AboutFlips}."
            : $"Judged on {(report.JudgedOn.Length > 0 ? report.JudgedOn : $"{report.Quantized[0].Loss.Samples} held-out seeded inputs")}, "
                + "which say little about music: give held-out music with --judge-on for the cost in nats.";

    /// <summary>A sentence for each warning in the metadata of quantized graphs.</summary>
    public static IEnumerable<string> Warnings(RunReport report) =>
        report
            .Quantized.Where(each => each.Warning is not null)
            .GroupBy(each => each.Warning)
            .Select(each => $"Warning for {string.Join(", ", each.Select(graph => $"{graph.Folder}/{graph.File}"))}: {each.Key}.");

    public static IEnumerable<string[]> LayerLossRows(RunReport report) =>
        report.Quantized.SelectMany(each =>
            each.Layers.Select(layer => (string[])[each.File, each.Folder, layer.Output, Decibels(layer.SignalToNoise)])
        );

    public static IEnumerable<string[]> FlipRows(RunReport report) =>
        report.Quantized.SelectMany(each =>
            each.Loss.Codebooks.Select(
                (flips, i) =>
                    (string[])
                        [
                            each.File,
                            each.Folder,
                            Show(report.FirstCodebook(each.File) + i, "0"),
                            Show(flips.Positions, "N0"),
                            Show(flips.Flips, "N0"),
                            Show(flips.Share, "0.00%"),
                        ]
            )
        );

    public static IEnumerable<string[]> FormatRows(RunReport report) =>
        report
            .Weights.GroupBy(weight => (weight.Models, weight.Graph))
            .Select(graph =>
                (string[])
                    [
                        graph.Key.Models,
                        graph.Key.Graph,
                        VerdictTable.FormatBytes(report.BytesOf(graph.Key.Models, graph.Key.Graph)),
                        string.Join(
                            ", ",
                            graph
                                .GroupBy(weight => weight.Format)
                                .OrderByDescending(format => format.Sum(weight => weight.Bytes))
                                .Select(format =>
                                    $"{format.Key} "
                                    + $"{Show((double)format.Sum(weight => weight.Bytes) / graph.Sum(weight => weight.Bytes), "0.0%")}"
                                )
                        ),
                    ]
            );

    public static IEnumerable<string[]> OperatorRows(IEnumerable<GraphTimes> graphs) =>
        graphs.SelectMany(graph =>
            graph.Operators.Select(each =>
                (string[])
                    [
                        graph.Models,
                        graph.File,
                        each.Provider is Processor or "" ? each.Operator : $"{each.Operator} ({each.Provider})",
                        Show(each.Nodes, "N0"),
                        Show(each.Milliseconds, "0.000"),
                        Show(each.Milliseconds / graph.Operators.Sum(other => other.Milliseconds), "0.0%"),
                    ]
            )
        );

    public static IEnumerable<string[]> WeightRows(RunReport report) =>
        report.Weights.Select(weight =>
            (string[])
                [
                    weight.Models,
                    weight.Graph,
                    weight.Part,
                    weight.Format,
                    Show(weight.Elements, "N0"),
                    VerdictTable.FormatBytes(weight.Bytes),
                    Show(
                        (double)weight.Bytes
                            / report
                                .Weights.Where(other => (other.Models, other.Graph) == (weight.Models, weight.Graph))
                                .Sum(other => other.Bytes),
                        "0.0%"
                    ),
                ]
        );

    public static IEnumerable<string[]> ClipRows(RunReport report) =>
        report.Clips.Select(clip =>
            (string[])
                [
                    clip.Label,
                    Show(clip.Seconds, "0.00"),
                    Show(clip.Loudness, "0.0"),
                    Show(clip.LogMelDistance, "0.0"),
                    clip.DistanceFromFloat32 is { } distance ? Show(distance, "0.0") : "-",
                    clip.Spectrum is { } spectrum ? Show(spectrum.CentroidHertz, "N0") : "-",
                    clip.Spectrum is { } width ? Show(width.BandwidthHertz, "N0") : "-",
                    clip.Spectrum is { } rolloff ? Show(rolloff.RolloffHertz, "N0") : "-",
                    clip.Spectrum is { } flatness ? Show(flatness.FlatnessDecibels, "0.0") : "-",
                    clip.Spectrum is { } change ? Show(change.ChangeDecibels, "0.0") : "-",
                ]
        );

    public static IEnumerable<string[]> LedgerRows(RunReport report) =>
        report.Ledgers.Select(ledger =>
            (string[])
                [
                    ledger.File,
                    Show(ledger.Tensors, "N0"),
                    Show(ledger.Tensors - ledger.Ignored.Length, "N0"),
                    Show(ledger.Ignored.Length, "N0"),
                    string.Join(", ", ledger.Transforms.Select(each => $"{each.Transform} ({each.Tensors})")),
                ]
        );

    public static IEnumerable<(string, string)> MachineFacts(RunReport report) =>
        [
            (
                "processor",
                $"{report.Machine.Processor}, {report.Machine.Cores} cores: {string.Join(", ", report.Machine.ProcessorFeatures)}"
            ),
            ("memory", VerdictTable.FormatBytes(report.Machine.MemoryBytes)),
            ("system", $"{report.Machine.OperatingSystem}, {report.Machine.RuntimeIdentifier}, {report.Machine.DotNet}"),
            (
                "libraries",
                $"ONNX Runtime {report.Machine.OnnxRuntime.Version ?? "does not load"}, libtorch "
                    + (report.Machine.Torch is { } torch ? torch.Version ?? "does not load" : "not part of the program")
            ),
            ("providers", string.Join(", ", report.Machine.Providers)),
        ];

    private static string SpeedUp(RunReport report, QuantizedGraph graph) =>
        report.Benchmark.Ratios.Where(ratio => ratio.Models == graph.Folder && ratio.File == graph.File).MaxBy(ratio => ratio.Frames)
            is { } ratio
            ? $"{Show(ratio.Speed.Ratio, "0.00")}{(ratio.IsNoisy ? " (noisy)" : "")}"
            : "-";

    private static string Decibels(double value) => double.IsPositiveInfinity(value) ? "exact" : Show(value, "0.0");

    private static string Show(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
