using ScottPlot;

namespace VampNet.Reporting.Plots;

/// <summary>One line of a plot.</summary>
/// <param name="Colour">The number of its colour.</param>
/// <param name="IsDashed">Whether it is broken.</param>
/// <param name="Points">Its points, from the left.</param>
internal sealed record PlotLine(int Colour, bool IsDashed, IEnumerable<(double X, double Y)> Points);

/// <summary>Lines over a common axis.</summary>
internal static class LinePlot
{
    private const int Height = 280;

    /// <summary>Draws lines over a logarithmic vertical axis; zero has no place on it.</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="horizontal">Label of the horizontal axis, with its unit.</param>
    /// <param name="vertical">Label of the vertical axis, with its unit.</param>
    /// <param name="limits">Values to mark with a dotted line across.</param>
    /// <param name="integers">Whether the horizontal axis counts.</param>
    public static string Logarithmic(
        IEnumerable<PlotLine> lines,
        string horizontal,
        string vertical,
        IEnumerable<double> limits,
        bool integers = false
    )
    {
        PlotLine[] drawn =
        [
            .. lines.Select(line =>
                line with
                {
                    Points =
                    [
                        .. line
                            .Points.Where(point => double.IsFinite(point.Y) && point.Y > 0)
                            .Select(point => (point.X, Math.Log10(point.Y))),
                    ],
                }
            ),
        ];
        double[] marks = [.. limits.Select(Math.Log10)];
        using Plot plot = Draw(drawn, horizontal, vertical);
        foreach (double mark in marks)
        {
            plot.Add.HorizontalLine(mark, PlotSvg.DottedWidth, Color.FromHex(PlotCanvas.LimitColour));
        }

        // Whole powers of ten, so that the axis always has two of them to read it by, and room for their labels.
        double[] heights = [.. drawn.SelectMany(line => line.Points).Select(point => point.Y), .. marks];
        plot.Axes.AutoScale();
        plot.Axes.SetLimitsY(
            Math.Floor(heights.DefaultIfEmpty(0).Min() - 0.05) - 0.02,
            Math.Ceiling(heights.DefaultIfEmpty(1).Max() + 0.05) + 0.15
        );
        plot.Axes.Left.TickGenerator = PlotCanvas.PowersOfTen();
        plot.Axes.Bottom.TickGenerator = integers ? PlotCanvas.Integers() : plot.Axes.Bottom.TickGenerator;
        return PlotSvg.Of(plot, PlotCanvas.Width, Height, $"{vertical} by {horizontal}");
    }

    /// <summary>Draws lines over a linear vertical axis from zero, and a horizontal one that counts or, where asked, shows powers of
    /// ten.</summary>
    public static string Linear(IEnumerable<PlotLine> lines, string horizontal, string vertical, bool powersOfTen = false)
    {
        using Plot plot = Draw(lines, horizontal, vertical);
        plot.Axes.AutoScale();
        plot.Axes.SetLimitsY(0, Math.Max(plot.Axes.GetLimits().Top, 1e-6));
        plot.Axes.Bottom.TickGenerator = powersOfTen ? PlotCanvas.PowersOfTen() : PlotCanvas.Integers();

        return PlotSvg.Of(plot, PlotCanvas.Width, Height, $"{vertical} by {horizontal}");
    }

    private static Plot Draw(IEnumerable<PlotLine> lines, string horizontal, string vertical)
    {
        Plot plot = PlotCanvas.Empty(horizontal, vertical);
        foreach (PlotLine line in lines)
        {
            (double X, double Y)[] points = [.. line.Points];
            ScottPlot.Plottables.Scatter drawn = plot.Add.Scatter(
                points.Select(point => point.X).ToArray(),
                points.Select(point => point.Y).ToArray(),
                Color.FromHex(PlotCanvas.ColourOf(line.Colour))
            );
            (drawn.LineWidth, drawn.MarkerSize) = (line.IsDashed ? PlotSvg.DashedWidth : 2, line.IsDashed ? 5 : 7);
        }

        plot.Axes.Margins(0.05, 0.15);
        return plot;
    }
}
