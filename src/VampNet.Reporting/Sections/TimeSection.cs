using System.Globalization;
using VampNet.Reporting.Benchmarking;
using VampNet.Reporting.Plots;

namespace VampNet.Reporting.Sections;

/// <summary>The section on times: of graphs and of music on this machine.</summary>
internal static class TimeSection
{
    public static void Write(HtmlText page, BenchmarkReport benchmark)
    {
        page.Section("time", "Time on this machine");
        page.Facts(BenchmarkTable.Facts(benchmark));
        if (!benchmark.Ratios.IsEmpty)
        {
            page.Plot(
                ReportPlots.SpeedUps(benchmark.Ratios),
                "Speed relative to the reference on equal work, in turns within this run. Dotted: equal speed.",
                HtmlText.Keys(benchmark.Ratios.Select(ratio => ratio.File))
            );
            page.Folded("The speed-ups in numbers", BenchmarkTable.RatioColumns, BenchmarkTable.RatioRows(benchmark));
        }

        string[] models = [.. benchmark.Graphs.Select(graph => graph.Models).Distinct()];
        page.Plot(
            ReportPlots.Latency(benchmark),
            "Median latency by length, on a logarithmic "
                + $"axis.{(models.Length > 1 ? $" Solid: {models[0]}; dashed: {string.Join(", ", models[1..])}." : "")}",
            HtmlText.Keys(benchmark.Graphs.Select(graph => graph.File))
        );
        page.Folded("The latencies in numbers", BenchmarkTable.Columns, BenchmarkTable.Rows(benchmark));
        WriteOperators(page, [.. benchmark.Graphs.Where(graph => !graph.Operators.IsEmpty)]);
        if (!benchmark.Music.IsEmpty)
        {
            MusicTimes music = benchmark.Music[0];
            page.Plot(
                ReportPlots.Stages(benchmark.Music),
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Real-time factor by stage: {music.Seconds:0.00} s of music, {music.CoarseSteps} coarse steps, "
                        + $"{music.FineSteps} c2f steps. Below 1 is faster than it plays."
                ),
                HtmlText.Keys(music.Stages.Select(stage => stage.Stage))
            );
            page.Table(BenchmarkTable.StageColumns, BenchmarkTable.StageRows(benchmark.Music));
        }

        page.EndSection();
    }

    private static void WriteOperators(HtmlText page, GraphTimes[] graphs)
    {
        if (graphs.Length > 0)
        {
            string[] operators = ReportPlots.SlowestOperators(graphs);
            page.Plot(
                ReportPlots.Operators(graphs, operators),
                "Where a pass spends its time, by operator as ONNX Runtime runs it after fusion; from profiled runs of their own.",
                HtmlText.Keys(operators)
            );
            page.Folded("The operators in numbers", ReportTable.OperatorColumns, ReportTable.OperatorRows(graphs));
        }
    }
}
