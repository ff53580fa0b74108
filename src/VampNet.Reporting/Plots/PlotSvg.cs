using System.Text.RegularExpressions;
using ScottPlot;

namespace VampNet.Reporting.Plots;

/// <summary>Plots as SVG that takes the page's colours, font and width.</summary>
internal static partial class PlotSvg
{
    /// <summary>A line of this width becomes dashed. Skia, which writes the SVG, has no dashes of its own.</summary>
    public const float DashedWidth = 1.75f;

    /// <summary>A line of this width becomes dotted.</summary>
    public const float DottedWidth = 1.25f;

    /// <summary>Draws a plot.</summary>
    /// <param name="plot">The plot.</param>
    /// <param name="width">Width in user units; the page scales it.</param>
    /// <param name="height">Height in user units.</param>
    /// <param name="title">Description of the plot, for those who do not see it.</param>
    public static string Of(Plot plot, int width, int height, string title)
    {
        string svg = plot.GetSvgXml(width, height);
        svg = svg[svg.IndexOf("<svg", StringComparison.Ordinal)..];
        svg = FixedSize().Replace(svg, $"viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{HtmlText.Escape(title)}\"", 1);
        svg = Black().Replace(svg, "\"currentColor\"");
        svg = FontFamily().Replace(svg, "");
        // Each letter has a place of its own, right for the font of this machine alone; the viewer's font places all but the first.
        svg = LetterPlaces().Replace(svg, "$1=\"$2\"");
        svg = svg.Replace("stroke-width=\"1.75\"", "stroke-width=\"1.75\" stroke-dasharray=\"6 4\"", StringComparison.Ordinal)
            .Replace("stroke-width=\"1.25\"", "stroke-width=\"1.25\" stroke-dasharray=\"2 3\"", StringComparison.Ordinal);
        // Several plots share one page, and with it one set of ids.
        string prefix = $"{NotALetter().Replace(title, "-")}-";
        return Identifier().Replace(svg, match => $"{match.Groups[1].Value}{prefix}{match.Groups[2].Value}");
    }

    [GeneratedRegex("width=\"\\d+\" height=\"\\d+\"")]
    private static partial Regex FixedSize();

    [GeneratedRegex("\"(black|#010101)\"")]
    private static partial Regex Black();

    [GeneratedRegex(" font-family=\"[^\"]*\"")]
    private static partial Regex FontFamily();

    [GeneratedRegex("\\b([xy])=\"(-?[\\d.]+), [^\"]*\"")]
    private static partial Regex LetterPlaces();

    [GeneratedRegex("[^A-Za-z0-9]+")]
    private static partial Regex NotALetter();

    [GeneratedRegex("(id=\"|url\\(#)(cl_)")]
    private static partial Regex Identifier();
}
