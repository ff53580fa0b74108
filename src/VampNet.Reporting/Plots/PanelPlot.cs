using ScottPlot;

namespace VampNet.Reporting.Plots;

/// <summary>One panel of a picture: named lines over common axes that start at zero.</summary>
/// <param name="Title">Title of the plot.</param>
/// <param name="Horizontal">Label of the horizontal axis, with its unit.</param>
/// <param name="Vertical">Label of the vertical axis, with its unit.</param>
/// <param name="Lines">The lines with their names, each from the left.</param>
internal sealed record PlotPanel(
    string Title,
    string Horizontal,
    string Vertical,
    IReadOnlyList<(string Name, IReadOnlyList<(double X, double Y)> Points)> Lines
);

/// <summary>Several panels in one PNG, two in a row, for a page of documentation.</summary>
internal static class PanelPlot
{
    private const int Columns = 2;
    private const int PanelWidth = 520;
    private const int PanelHeight = 340;

    /// <summary>Draws panels.</summary>
    /// <returns>A PNG.</returns>
    public static byte[] Png(IReadOnlyList<PlotPanel> panels)
    {
        int rows = (panels.Count + Columns - 1) / Columns;
        var pictures = new Multiplot();
        pictures.AddPlots(panels.Count);
        pictures.Layout = new ScottPlot.MultiplotLayouts.Grid(rows, Columns);
        for (int i = 0; i < panels.Count; i++)
        {
            Fill(pictures.GetPlot(i), panels[i]);
        }

        return pictures.Render(Columns * PanelWidth, rows * PanelHeight).GetImageBytes();
    }

    private static void Fill(Plot plot, PlotPanel panel)
    {
        plot.Title(panel.Title, 15);
        plot.XLabel(panel.Horizontal, 13);
        plot.YLabel(panel.Vertical, 13);
        plot.Axes.Bottom.Label.Bold = plot.Axes.Left.Label.Bold = false;
        foreach (((string name, IReadOnlyList<(double X, double Y)> points), int i) in panel.Lines.Select((line, i) => (line, i)))
        {
            ScottPlot.Plottables.Scatter drawn = plot.Add.Scatter(
                points.Select(point => point.X).ToArray(),
                points.Select(point => point.Y).ToArray(),
                Color.FromHex(PlotCanvas.ColourOf(i))
            );
            (drawn.LegendText, drawn.LineWidth, drawn.MarkerSize) = (name, 2, 6);
        }

        plot.Axes.AutoScale();
        AxisLimits limits = plot.Axes.GetLimits();
        plot.Axes.SetLimits(0, limits.Right, 0, limits.Top * 1.15);
        plot.ShowLegend(Edge.Bottom);
    }
}
