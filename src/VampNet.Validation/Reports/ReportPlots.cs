using System.Globalization;
using ScottPlot;
using ScottPlot.TickGenerators;
using VampNet.Validation.Benchmarking;

namespace VampNet.Validation.Reports;

/// <summary>The plots of a report, as SVG. Each shows numbers that also stand in a table.</summary>
internal static class ReportPlots
{
    private static readonly Color[] Colours = [Color.FromHex("#3b76c4"), Color.FromHex("#d9822b"), Color.FromHex("#2f9e7a"), Color.FromHex("#a257b5")];

    /// <summary>Bytes of each graph.</summary>
    public static string Sizes(IReadOnlyList<GraphFacts> graphs) => Bars([.. graphs.Select(graph => (graph.File, graph.Bytes / 1e6))], "MB");

    /// <summary>What each stage of music costs.</summary>
    public static string Stages(MusicTimes music) => Bars([.. music.Stages.Select(stage => (stage.Stage, stage.RealTimeFactor))], "seconds a second of music");

    /// <summary>Median latency by length.</summary>
    public static string Latency(BenchmarkReport report) => Lines(
        [.. report.Graphs.Select(graph => (graph.File, graph.Runs.Select(run => ((double)run.Frames, run.Times.Median))))], "T, token frames", "median latency, ms");

    /// <summary>The worst difference from the reference by length, for graphs whose output is numbers.</summary>
    public static string Parity(VerificationReport report) => Lines(
        [
            .. report.Verdicts.Where(verdict => verdict.Worst is not null).Select(verdict => (verdict.File, verdict.Cases
                .OrderBy(each => each.Case.Frames).Select(each => ((double)each.Case.Frames, each.Difference!.Worst.AbsoluteError)))),
        ],
        "T, token frames",
        "worst |difference|");

    // Over several powers of ten a linear axis would show the largest alone.
    private static string Lines(IReadOnlyList<(string Label, IEnumerable<(double X, double Y)> Points)> lines, string horizontal, string vertical)
    {
        using Plot plot = Empty(horizontal, vertical);
        foreach (((string label, IEnumerable<(double X, double Y)> points), Color colour) in lines.Zip(Colours))
        {
            (double X, double Y)[] drawn = [.. points.Where(point => double.IsFinite(point.Y) && point.Y > 0)];
            ScottPlot.Plottables.Scatter line = plot.Add.Scatter(drawn.Select(point => point.X).ToArray(), drawn.Select(point => Math.Log10(point.Y)).ToArray(), colour);
            (line.LegendText, line.LineWidth, line.MarkerSize) = (label, 2, 8);
        }

        plot.Axes.Left.TickGenerator = new NumericAutomatic
        {
            IntegerTicksOnly = true,
            MinorTickGenerator = new LogMinorTickGenerator(),
            LabelFormatter = power => Math.Pow(10, power) is >= 0.01 and < 10_000 and var value ? value.ToString("0.##", CultureInfo.InvariantCulture) : $"1e{power.ToString("0", CultureInfo.InvariantCulture)}",
        };
        plot.Axes.Margins(0.05, 0.15);
        plot.ShowLegend(Edge.Right);
        plot.Legend.BackgroundColor = plot.Legend.OutlineColor = plot.Legend.ShadowColor = ScottPlot.Colors.Transparent;
        return PlotSvg.Of(plot, 760, 300, $"{vertical} by {horizontal}");
    }

    private static string Bars(IReadOnlyList<(string Label, double Value)> bars, string horizontal)
    {
        using Plot plot = Empty(horizontal, "");
        ScottPlot.Plottables.BarPlot drawn = plot.Add.Bars(bars.Select((_, i) => (double)(bars.Count - i)).ToArray(), bars.Select(bar => bar.Value).ToArray());
        drawn.Horizontal = true;
        foreach ((Bar bar, int i) in drawn.Bars.Select((bar, i) => (bar, i)))
        {
            (bar.FillColor, bar.LineWidth, bar.Size) = (Colours[i % Colours.Length], 0, 0.6);
        }

        plot.Axes.Left.TickGenerator = new NumericManual([.. bars.Select((bar, i) => new Tick(bars.Count - i, bar.Label))]);
        plot.Axes.Left.MajorTickStyle.Length = 0;
        plot.Axes.Margins(left: 0);
        return PlotSvg.Of(plot, 760, 60 + (40 * bars.Count), horizontal);
    }

    private static Plot Empty(string horizontal, string vertical)
    {
        var plot = new Plot();
        plot.FigureBackground.Color = plot.DataBackground.Color = ScottPlot.Colors.Transparent;
        plot.XLabel(horizontal, 13);
        plot.YLabel(vertical, 13);
        plot.Axes.Bottom.Label.Bold = plot.Axes.Left.Label.Bold = false;
        plot.Axes.Right.IsVisible = plot.Axes.Top.IsVisible = false;
        return plot;
    }
}
