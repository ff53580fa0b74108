using System.Globalization;
using System.Net;
using System.Text;
using VampNet.Reporting.Plots;

namespace VampNet.Reporting;

/// <summary>Writes the parts of a page. Text is escaped; markup is not.</summary>
internal sealed class HtmlText
{
    private readonly StringBuilder _text = new();

    /// <summary>Begins a page that needs nothing beside it, up to its body.</summary>
    /// <param name="title">Title of the page in the browser.</param>
    /// <param name="style">Its style sheet.</param>
    /// <param name="policy">Further directives of a content security policy: what the page may load beside its own style.</param>
    public static HtmlText Page(string title, string style, string policy) =>
        new HtmlText().Markup(
            $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; {policy}">
            <meta name="color-scheme" content="light dark">
            <link rel="icon" href="data:,">
            <title>{Escape(title)}</title>
            <style>{style}</style>
            </head>
            <body>
            """
        );

    /// <summary>A text that is part of the assembly: a style sheet or a script.</summary>
    public static string Resource(string name)
    {
        using Stream stream = typeof(HtmlText).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    public static string Escape(string text) => WebUtility.HtmlEncode(text);

    public HtmlText Markup(string markup)
    {
        _text.Append(markup).Append('\n');
        return this;
    }

    public HtmlText Paragraph(string text) => Markup($"<p>{Escape(text)}</p>");

    /// <summary>Opens a section under a heading.</summary>
    public HtmlText Section(string id, string title) => Markup($"<section id=\"{id}\"><h2>{Escape(title)}</h2>");

    public HtmlText EndSection() => Markup("</section>");

    /// <summary>A table. A title that ends in <c>#</c> is shown without it, over right-aligned cells.</summary>
    public HtmlText Table(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        _text.Append("<div class=\"wide\"><table><thead><tr>");
        foreach (string title in columns)
        {
            _text.Append(CultureInfo.InvariantCulture, $"<th{Align(title)}>{Escape(title.TrimEnd('#'))}</th>");
        }

        _text.Append("</tr></thead><tbody>\n");
        foreach (IReadOnlyList<string> row in rows)
        {
            _text.Append("<tr>");
            foreach ((string title, string cell) in columns.Zip(row))
            {
                _text.Append(CultureInfo.InvariantCulture, $"<td{Align(title)}>{Cell(cell)}</td>");
            }

            _text.Append("</tr>\n");
        }

        return Markup("</tbody></table></div>");
    }

    /// <summary>A table that opens on demand, for numbers that a plot shows.</summary>
    public HtmlText Folded(string summary, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows) =>
        Markup($"<details><summary>{Escape(summary)}</summary>").Table(columns, rows).Markup("</details>");

    /// <summary>A plot, what it shows, and what its colours stand for.</summary>
    /// <param name="svg">The plot.</param>
    /// <param name="caption">Caption of the plot.</param>
    /// <param name="keys">Meaning of its colours.</param>
    public HtmlText Plot(string svg, string caption, IReadOnlyCollection<(int Colour, string Name)> keys)
    {
        Markup($"<figure><figcaption>{Escape(caption)}</figcaption>");
        if (keys.Count > 0)
        {
            IEnumerable<string> entries = keys.Select(key =>
                $"<li><i style=\"background:{PlotCanvas.ColourOf(key.Colour)}\"></i>{Escape(key.Name)}</li>"
            );
            Markup($"<ul class=\"key\">{string.Concat(entries)}</ul>");
        }

        return Markup($"<div class=\"wide\">{svg}</div></figure>");
    }

    /// <summary>Labels and values.</summary>
    public HtmlText Facts(IEnumerable<(string Label, string Value)> facts)
    {
        Markup("<dl>");
        foreach ((string label, string value) in facts)
        {
            Markup($"<dt>{Escape(label)}</dt><dd>{Escape(value)}</dd>");
        }

        return Markup("</dl>");
    }

    /// <summary>Names for the colours 0, 1 and so on.</summary>
    public static (int, string)[] Keys(IEnumerable<string> names) => [.. names.Distinct().Select((name, i) => (i, name))];

    public override string ToString() => _text.ToString();

    private static string Align(string title) => title.EndsWith('#') ? " class=\"n\"" : "";

    private static string Cell(string cell) =>
        cell switch
        {
            "pass" => "<span class=\"good\">pass</span>",
            "FAIL" => "<span class=\"bad\">FAIL</span>",
            "noisy" or "too noisy" => $"<span class=\"note\">{cell}</span>",
            "held" => "<span class=\"good\">held</span>",
            "REGRESSED" => "<span class=\"bad\">REGRESSED</span>",
            _ => Escape(cell),
        };
}
