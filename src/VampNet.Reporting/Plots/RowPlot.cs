using System.Globalization;
using ScottPlot;

namespace VampNet.Reporting.Plots;

/// <summary>Plots of named rows: bars made of parts, cells of a strip, ranges with a middle.</summary>
internal static class RowPlot
{
    private const int RowHeight = 30;
    private const int AxisHeight = 60;

    /// <summary>One bar a row, its parts side by side.</summary>
    /// <param name="rows">The rows from the top: a name, and for each part its colour and its length.</param>
    /// <param name="horizontal">Label of the horizontal axis, with its unit.</param>
    public static string Stacks(IReadOnlyList<(string Name, (int Colour, double Value)[] Parts)> rows, string horizontal)
    {
        using Plot plot = PlotCanvas.Empty(horizontal, "");
        List<Bar> bars = [];
        foreach (((string _, (int Colour, double Value)[] parts), int i) in rows.Select((row, i) => (row, i)))
        {
            double start = 0;
            foreach ((int colour, double value) in parts)
            {
                bars.Add(
                    new Bar
                    {
                        Position = rows.Count - i,
                        ValueBase = start,
                        Value = start + value,
                        FillColor = Color.FromHex(PlotCanvas.ColourOf(colour)),
                        LineWidth = 0,
                        Size = 0.65,
                        Orientation = Orientation.Horizontal,
                    }
                );
                start += value;
            }
        }

        plot.Add.Bars(bars);
        plot.Axes.Margins(left: 0);
        plot.Axes.AutoScale();
        PlotCanvas.NameRows(plot, [.. rows.Select(row => row.Name)]);
        return PlotSvg.Of(plot, PlotCanvas.Width, AxisHeight + (RowHeight * rows.Count), $"{horizontal}, {rows.Count} rows");
    }

    /// <summary>Cells in a row, coloured and labelled by their value.</summary>
    /// <param name="rows">The rows from the top.</param>
    /// <param name="horizontal">Label of the horizontal axis, along which cells are numbered from 0.</param>
    /// <param name="low">A value as bad as can be.</param>
    /// <param name="high">A value as good as need be.</param>
    public static string Strips(IReadOnlyList<(string Name, double[] Cells)> rows, string horizontal, double low, double high)
    {
        using Plot plot = PlotCanvas.Empty(horizontal, "");
        foreach (((string _, double[] cells), int i) in rows.Select((row, i) => (row, i)))
        {
            for (int cell = 0; cell < cells.Length; cell++)
            {
                double middle = rows.Count - i;
                ScottPlot.Plottables.Rectangle drawn = plot.Add.Rectangle(cell - 0.48, cell + 0.48, middle - 0.42, middle + 0.42);
                (drawn.FillColor, drawn.LineWidth) = (Grade((cells[cell] - low) / (high - low)), 0);
                ScottPlot.Plottables.Text label = plot.Add.Text(Label(cells[cell]), cell, middle);
                (label.LabelFontColor, label.LabelFontSize, label.LabelAlignment) = (Colors.White, 12, Alignment.MiddleCenter);
            }
        }

        plot.HideGrid();
        PlotCanvas.NameRows(plot, [.. rows.Select(row => row.Name)]);
        plot.Axes.SetLimitsX(-0.6, rows.Max(row => row.Cells.Length) - 0.4);
        plot.Axes.Bottom.TickGenerator = PlotCanvas.Integers();
        return PlotSvg.Of(plot, PlotCanvas.Width, AxisHeight + (RowHeight * rows.Count), $"{horizontal}, {rows.Count} strips");
    }

    /// <summary>A range with its middle in each row, and a line across at 1.</summary>
    /// <param name="rows">The rows from the top.</param>
    /// <param name="horizontal">Label of the horizontal axis, with its unit.</param>
    public static string Ranges(IReadOnlyList<(string Name, int Colour, double Low, double Middle, double High)> rows, string horizontal)
    {
        using Plot plot = PlotCanvas.Empty(horizontal, "");
        plot.Add.VerticalLine(1, PlotSvg.DottedWidth, Color.FromHex(PlotCanvas.LimitColour));
        foreach (((string _, int colour, double low, double middle, double high), int i) in rows.Select((row, i) => (row, i)))
        {
            Color drawn = Color.FromHex(PlotCanvas.ColourOf(colour));
            ScottPlot.Plottables.LinePlot line = plot.Add.Line(low, rows.Count - i, high, rows.Count - i);
            (line.LineColor, line.LineWidth) = (drawn, 3);
            plot.Add.Marker(middle, rows.Count - i, MarkerShape.FilledCircle, 10, drawn);
        }

        plot.Axes.Margins(0.05, 0.1);
        plot.Axes.AutoScale();
        PlotCanvas.NameRows(plot, [.. rows.Select(row => row.Name)]);
        return PlotSvg.Of(plot, PlotCanvas.Width, AxisHeight + (RowHeight * 4 / 5 * rows.Count), $"{horizontal}, {rows.Count} ranges");
    }

    private static string Label(double value) =>
        double.IsPositiveInfinity(value) ? "="
        : double.IsNaN(value) ? "NaN"
        : value.ToString("0", CultureInfo.InvariantCulture);

    // From red over amber to green, each dark enough for white letters.
    private static Color Grade(double share)
    {
        double place = double.IsNaN(share) ? 0 : Math.Clamp(share, 0, 1);
        (Color from, Color to) =
            place < 0.5 ? (Color.FromHex("#a83232"), Color.FromHex("#96701a")) : (Color.FromHex("#96701a"), Color.FromHex("#2a7f5e"));
        return from.MixedWith(to, place < 0.5 ? place * 2 : (place * 2) - 1);
    }
}
