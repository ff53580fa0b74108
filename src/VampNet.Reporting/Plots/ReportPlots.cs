using VampNet.Inference.Comparison;
using VampNet.Reporting.Benchmarking;
using VampNet.Validation.Verdicts;

namespace VampNet.Reporting.Plots;

/// <summary>The plots of a report, as SVG. Each shows numbers that also stand in a table.</summary>
internal static class ReportPlots
{
    /// <summary>SQNR in decibels below which a layer's signal is hardly above its quantization error.</summary>
    private const double PoorSignal = 10;

    /// <summary>SQNR in decibels above which the quantization error is at most 1 % of a layer's signal.</summary>
    private const double CleanSignal = 40;

    /// <summary>Number of rows in a plot of time; the last one sums up the remaining operators.</summary>
    private const int MostOperators = 9;

    private const string Others = "others";

    /// <summary>The worst difference from the reference by length, for graphs whose output is numbers.</summary>
    public static string Parity(VerificationReport report)
    {
        GraphVerdict[] verdicts = [.. report.Verdicts.Where(verdict => verdict.Worst is not null)];
        return LinePlot.Logarithmic(
            verdicts.Select(verdict => new PlotLine(
                ColourOf(report, verdict.File),
                false,
                verdict
                    .Cases.OrderBy(each => each.Case.Frames)
                    .Select(each => ((double)each.Case.Frames, each.Difference!.Worst.AbsoluteError))
            )),
            "T, token frames",
            "worst |difference|",
            verdicts.Select(verdict => verdict.Budget.MaxAbsoluteError!.Value).Where(limit => limit > 0).Distinct()
        );
    }

    /// <summary>Distribution of the differences of each graph, over all its cases.</summary>
    public static string Distribution(VerificationReport report) =>
        LinePlot.Linear(
            DistributionTable
                .Of(report)
                .Select(graph => new PlotLine(
                    ColourOf(report, graph.File),
                    false,
                    graph.Shares.Select((share, i) => (Math.Log10(ErrorDistribution.LowerEdge(graph.First + i)) + 0.25, share * 100))
                )),
            "|difference|",
            "share of elements, %",
            powersOfTen: true
        );

    /// <summary>The worst difference by layer.</summary>
    public static string Layers(VerificationReport report) =>
        LinePlot.Logarithmic(
            report
                .Verdicts.Where(verdict => verdict.Layers is not null)
                .Select(verdict => new PlotLine(
                    ColourOf(report, verdict.File),
                    false,
                    verdict.Layers!.Layers.Select((layer, i) => ((double)i, layer.WorstAbsoluteError))
                )),
            "layer, from the input",
            "worst |difference|",
            [],
            integers: true
        );

    /// <summary>Signal to quantization noise of each layer.</summary>
    public static string LayerLosses(IReadOnlyCollection<QuantizedGraph> graphs) =>
        RowPlot.Strips(
            [
                .. graphs
                    .Where(graph => !graph.Layers.IsEmpty)
                    .Select(graph => (NameOf(graph), graph.Layers.Select(layer => layer.SignalToNoise).ToArray())),
            ],
            "layer; signal over noise in it, dB",
            PoorSignal,
            CleanSignal
        );

    /// <summary>Share of changed tokens by codebook.</summary>
    public static string Flips(RunReport report, IReadOnlyCollection<QuantizedGraph> graphs) =>
        LinePlot.Linear(
            graphs.Select(
                (graph, i) =>
                    new PlotLine(
                        i,
                        false,
                        graph.Loss.Codebooks.Select(
                            (each, codebook) => ((double)report.FirstCodebook(graph.File) + codebook, each.Share * 100)
                        )
                    )
            ),
            "codebook",
            "flipped tokens, %"
        );

    /// <summary>Bytes of each graph by the part that they belong to.</summary>
    public static string Sizes(IReadOnlyCollection<WeightShare> weights, IReadOnlyList<string> parts) =>
        RowPlot.Stacks(
            [
                .. weights
                    .GroupBy(weight => (weight.Models, weight.Graph))
                    .Select(graph =>
                        (
                            $"{graph.Key.Models}/{Short(graph.Key.Graph)}",
                            parts
                                .Select(
                                    (part, i) =>
                                        (i, graph.Where(weight => IsIn(weight.Part, part, parts)).Sum(weight => weight.Bytes) / 1e6)
                                )
                                .ToArray()
                        )
                    ),
            ],
            "weights, MB"
        );

    /// <summary>The parts that hold the most weights over all graphs; when they are more than there are colours, the others are summed up
    /// under the last name.</summary>
    public static string[] LargestParts(IEnumerable<WeightShare> weights) =>
        Named(
            weights.GroupBy(weight => weight.Part).OrderByDescending(part => part.Sum(weight => weight.Bytes)).Select(part => part.Key),
            PlotCanvas.Colours
        );

    /// <summary>Median latency by length.</summary>
    public static string Latency(BenchmarkReport report)
    {
        string[] files = [.. report.Graphs.Select(graph => graph.File).Distinct()];
        return LinePlot.Logarithmic(
            report.Graphs.Select(graph => new PlotLine(
                Array.IndexOf(files, graph.File),
                graph.Models != report.Graphs[0].Models,
                graph.Runs.Select(run => ((double)run.Frames, run.Times.Median))
            )),
            "T, token frames",
            "median latency, ms",
            []
        );
    }

    /// <summary>Relative speed of graphs on equal work.</summary>
    public static string SpeedUps(IReadOnlyCollection<GraphRatio> ratios)
    {
        string[] files = [.. ratios.Select(ratio => ratio.File).Distinct()];
        return RowPlot.Ranges(
            [
                .. ratios.Select(ratio =>
                    (
                        $"{Short(ratio.File)}, T {ratio.Frames}: {ratio.Models} over {ratio.Reference}",
                        Array.IndexOf(files, ratio.File),
                        ratio.Speed.Lowest,
                        ratio.Speed.Ratio,
                        ratio.Speed.Highest
                    )
                ),
            ],
            "times as fast: median of the turns, and their range"
        );
    }

    /// <summary>Time by operator in a pass of each graph.</summary>
    public static string Operators(IReadOnlyCollection<GraphTimes> graphs, IReadOnlyList<string> operators) =>
        RowPlot.Stacks(
            [.. graphs.Select(graph => ($"{graph.Models}/{Short(graph.File)}", Shares(graph, operators)))],
            "share of a pass, %"
        );

    /// <summary>Time of each stage of music.</summary>
    public static string Stages(IReadOnlyCollection<MusicTimes> music) =>
        RowPlot.Stacks(
            [.. music.Select(each => (each.Models, each.Stages.Select((stage, i) => (i, stage.RealTimeFactor)).ToArray()))],
            "seconds of computing for a second of music"
        );

    /// <summary>The operators that take the most time over all graphs; the others are summed up under the last name.</summary>
    public static string[] SlowestOperators(IEnumerable<GraphTimes> graphs) =>
        Named(
            graphs
                .SelectMany(graph =>
                    graph.Operators.Select(each =>
                        (each.Operator, Share: each.Milliseconds / graph.Operators.Sum(other => other.Milliseconds))
                    )
                )
                .GroupBy(each => each.Operator)
                .OrderByDescending(group => group.Sum(each => each.Share))
                .Select(group => group.Key),
            MostOperators
        );

    /// <summary>Name of a quantized graph in plots.</summary>
    public static string NameOf(QuantizedGraph graph) => $"{graph.Folder}/{Short(graph.File)}";

    /// <summary>The number of a graph's colour: its place in the report.</summary>
    public static int ColourOf(VerificationReport report, string file) =>
        report.Graphs.Select(graph => graph.File).TakeWhile(other => other != file).Count();

    private static string Short(string file) => Path.GetFileNameWithoutExtension(file);

    private static string[] Named(IEnumerable<string> largestFirst, int most)
    {
        string[] all = [.. largestFirst];
        return all.Length > most ? [.. all[..(most - 1)], Others] : all;
    }

    private static bool IsIn(string name, string part, IReadOnlyList<string> parts) =>
        name == part || (part == Others && !parts.Contains(name));

    private static (int, double)[] Shares(GraphTimes graph, IReadOnlyList<string> operators)
    {
        double whole = graph.Operators.Sum(each => each.Milliseconds) / 100;
        return
        [
            .. operators.Select(
                (name, i) => (i, graph.Operators.Where(each => IsIn(each.Operator, name, operators)).Sum(each => each.Milliseconds) / whole)
            ),
        ];
    }
}
