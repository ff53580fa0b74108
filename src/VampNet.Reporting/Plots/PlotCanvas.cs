using System.Collections.Immutable;
using System.Globalization;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace VampNet.Reporting.Plots;

/// <summary>The shared style of a report's plots: colours, backgrounds and axes.</summary>
internal static class PlotCanvas
{
    /// <summary>Width in user units; the page scales it.</summary>
    public const int Width = 760;

    // The colours of entries: all differ, and each is visible on a light and on a dark page.
    private static readonly ImmutableArray<string> Palette =
    [
        "#3b76c4",
        "#c4701c",
        "#2a8f6e",
        "#9a52ad",
        "#b8434f",
        "#6c7884",
        "#8f7f1e",
        "#1f93a8",
        "#866040",
        "#d6558f",
        "#4a8a20",
        "#6a4fd0",
    ];

    /// <summary>The colour of lines that mark a limit.</summary>
    public const string LimitColour = "#b8434f";

    /// <summary>The number of colours. A plot with more parts sums up the smallest.</summary>
    public static int Colours => Palette.Length;

    /// <summary>The colour of the entry of a number, as CSS writes it.</summary>
    public static string ColourOf(int number) => Palette[number % Palette.Length];

    /// <summary>An empty plot without ground or frame.</summary>
    public static Plot Empty(string horizontal, string vertical)
    {
        var plot = new Plot();
        plot.FigureBackground.Color = plot.DataBackground.Color = Colors.Transparent;
        plot.XLabel(horizontal, 13);
        plot.YLabel(vertical, 13);
        plot.Axes.Bottom.Label.Bold = plot.Axes.Left.Label.Bold = false;
        plot.Axes.Right.IsVisible = plot.Axes.Top.IsVisible = false;
        return plot;
    }

    /// <summary>Labels the rows of a plot on the left, the first on top. Rows lie at 1, 2 and so on from below.</summary>
    public static void NameRows(Plot plot, IReadOnlyList<string> names)
    {
        plot.Axes.Left.TickGenerator = new NumericManual([.. names.Select((name, i) => new Tick(names.Count - i, name))]);
        plot.Axes.Left.MajorTickStyle.Length = 0;
        plot.Axes.SetLimitsY(0.4, names.Count + 0.6);
    }

    /// <summary>Labels an axis with whole numbers only.</summary>
    public static NumericAutomatic Integers() =>
        new() { IntegerTicksOnly = true, MinorTickGenerator = new EvenlySpacedMinorTickGenerator(1) };

    /// <summary>Labels an axis of logarithms with powers of ten.</summary>
    public static NumericAutomatic PowersOfTen() =>
        new()
        {
            IntegerTicksOnly = true,
            MinorTickGenerator = new LogMinorTickGenerator(),
            LabelFormatter = power =>
                Math.Pow(10, power) is >= 0.01 and < 1e7 and var value
                    ? value.ToString("#,0.##", CultureInfo.InvariantCulture)
                    : $"1e{power.ToString("0", CultureInfo.InvariantCulture)}",
        };
}
