using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using VampNet.Reporting.Plots;
using VampNet.Validation.Verdicts;

namespace VampNet.Reporting.Explaining;

/// <summary>A graph as one HTML page that needs nothing beside it: its layers drawn by time and by size, its operators, and all parts in a
/// tree that can be expanded and searched.</summary>
public static class ExplainHtml
{
    // Number of drawn levels. Deeper parts are shown in the tree only: drawn, thousands of nodes would have no width.
    private const int DrawnLevels = 6;
    private const double LeastWidth = 1.5;
    private const int RowHeight = 22;
    private const int LetterWidth = 7;

    private static readonly string Style = HtmlText.Resource("report.css") + HtmlText.Resource("explain.css");
    private static readonly string Script = HtmlText.Resource("explain.js");

    /// <summary>The page.</summary>
    public static string Write(GraphExplanation graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        string name = HtmlText.Escape(graph.File.Name);
        string hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Script)));
        bool isTimed = !graph.Operators.IsEmpty;
        HtmlText page = HtmlText.Page($"{graph.File.Name}: layers, sizes and times", Style, $"script-src 'sha256-{hash}'; img-src data:");
        page.Markup(
            $"""
            <header>
            <h1>{name}</h1>
            <p class="origin">{HtmlText.Escape(Summary(graph))}</p>
            </header>
            <main>
            """
        );
        page.Section("layers", "Layers");
        if (isTimed)
        {
            Draw(
                page,
                graph.Root,
                part => part.Milliseconds,
                $"By time: {Text($"{graph.Root.Milliseconds:0.##}")} ms per run on {graph.Input}"
            );
        }
        else
        {
            page.Paragraph($"Times: {graph.Input}.");
        }

        if (graph.Root.Bytes > 0)
        {
            Draw(page, graph.Root, part => part.Bytes, $"By size: weights of {VerdictTable.FormatBytes(graph.Root.Bytes)}");
        }

        page.EndSection();
        WriteOperators(page, graph);
        WriteTree(page, graph, isTimed);
        WriteFile(page, graph);
        return page.Markup($"</main>\n<script>{Script}</script>\n</body>\n</html>").ToString();
    }

    private static string Summary(GraphExplanation graph) =>
        Text($"{graph.Facts.Nodes:N0} nodes, {graph.Facts.Parameters:N0} parameters in {graph.Facts.Initializers.Length:N0} initializers, ")
        + $"{string.Join(", ", graph.Facts.Opsets.Select(opset => Text($"{opset.Key} {opset.Value}")))}.";

    // An icicle: each part as wide as its share, its own parts below it.
    private static void Draw(HtmlText page, GraphPart root, Func<GraphPart, double> measure, string caption)
    {
        StringBuilder svg = new();
        double total = measure(root);
        int levels = total > 0 ? Rows(svg, root, measure, 0, PlotCanvas.Width / total, 0, 0) : 0;
        page.Plot(
            $"<svg viewBox=\"0 0 {PlotCanvas.Width} {Math.Max(1, levels) * RowHeight}\" role=\"img\" "
                + $"aria-label=\"{HtmlText.Escape(caption)}\">{svg}</svg>",
            caption,
            []
        );
    }

    private static int Rows(
        StringBuilder svg,
        GraphPart part,
        Func<GraphPart, double> measure,
        double x,
        double scale,
        int level,
        int colour
    )
    {
        double width = measure(part) * scale;
        if (width < LeastWidth || level > DrawnLevels)
        {
            return level;
        }

        string share = Text($"{width / PlotCanvas.Width:0.0%}");
        string title = part.Path.Length == 0 ? part.Name : part.Path;
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<a href=\"#{Anchor(part)}\"><rect x=\"{x:0.##}\" y=\"{level * RowHeight}\" "
                + $"width=\"{Math.Max(0.5, width - 1):0.##}\" height=\"{RowHeight - 2}\" rx=\"2\" "
                + $"fill=\"{PlotCanvas.ColourOf(colour)}\"><title>{HtmlText.Escape(title)}: {share}</title></rect>"
        );
        if (Fit(part.Name, width) is { Length: > 0 } label)
        {
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<text x=\"{x + 4:0.##}\" y=\"{(level * RowHeight) + 14}\" font-size=\"11\" fill=\"#ffffff\" "
                    + $"pointer-events=\"none\">{HtmlText.Escape(label)}</text>"
            );
        }

        svg.Append("</a>");
        int deepest = level + 1;
        foreach ((int index, GraphPart inner) in part.Parts.Index())
        {
            deepest = Math.Max(deepest, Rows(svg, inner, measure, x, scale, level + 1, level == 0 ? index + 1 : colour + index));
            x += measure(inner) * scale;
        }

        return deepest;
    }

    private static string Fit(string name, double width)
    {
        int letters = (int)((width - 8) / LetterWidth);
        return letters < 2 ? ""
            : name.Length <= letters ? name
            : $"{name[..(letters - 1)]}\u2026";
    }

    private static void WriteOperators(HtmlText page, GraphExplanation graph)
    {
        Dictionary<string, (int Nodes, long Bytes)> held = [];
        foreach (GraphPart node in Leaves(graph.Root).Where(node => !node.IsFused))
        {
            (int nodes, long bytes) = held.GetValueOrDefault(node.Operator!);
            held[node.Operator!] = (nodes + 1, bytes + node.Bytes);
        }

        page.Section("operators", "Operators");
        if (!graph.Operators.IsEmpty)
        {
            double total = graph.Operators.Sum(each => each.Milliseconds);
            page.Paragraph("As ONNX Runtime runs them, after it has fused what it can: mean of three passes on this machine.")
                .Table(
                    ["operator", "nodes#", "ms#", "share of the time#"],
                    graph.Operators.Select(each =>
                        (string[])
                            [
                                each.Operator,
                                Text($"{each.Nodes:N0}"),
                                Text($"{each.Milliseconds:0.###}"),
                                Text($"{each.Milliseconds / total:0.0%}"),
                            ]
                    )
                );
        }

        page.Paragraph("As the file holds them; a weight counts where it is read first.")
            .Table(
                ["operator", "nodes#", "weights#"],
                held.OrderByDescending(each => each.Value.Bytes)
                    .ThenByDescending(each => each.Value.Nodes)
                    .ThenBy(each => each.Key, StringComparer.Ordinal)
                    .Select(each => (string[])[each.Key, Text($"{each.Value.Nodes:N0}"), VerdictTable.FormatBytes(each.Value.Bytes)])
            )
            .EndSection();
    }

    private static void WriteTree(HtmlText page, GraphExplanation graph, bool isTimed)
    {
        page.Section("parts", "All parts")
            .Markup(
                """
                <p class="search" hidden><label>Search names, operators, types: <input id="search" type="search" autocomplete="off"></label>
                <output id="found"></output> <button id="fold" type="button">Fold all</button>
                <button id="unfold" type="button">Unfold all</button></p>
                """
            );
        if (isTimed && Leaves(graph.Root).Any(node => node.IsFused))
        {
            page.Paragraph("Parts marked \"made by ONNX Runtime\" take the place of several nodes of the file, whose own time is then 0.");
        }

        page.Markup("<div id=\"tree\" class=\"wide\">");
        foreach (GraphPart part in graph.Root.Parts)
        {
            WritePart(page, part, graph.Root, isTimed);
        }

        page.Markup("</div>").EndSection();
    }

    private static void WritePart(HtmlText page, GraphPart part, GraphPart root, bool isTimed)
    {
        double share = isTimed ? Share(part.Milliseconds, root.Milliseconds) : Share(part.Bytes, root.Bytes);
        string figures = string.Join(
            ", ",
            new[]
            {
                part.Operator is null ? Text($"{part.Nodes:N0} nodes") : null,
                part.Bytes > 0 ? VerdictTable.FormatBytes(part.Bytes) : null,
                isTimed && part.Milliseconds > 0 ? Text($"{part.Milliseconds:0.###} ms") : null,
                part.IsFused ? "made by ONNX Runtime" : null,
            }.OfType<string>()
        );
        string bar = Text($"<progress max=\"1\" value=\"{share:0.####}\"></progress>");
        string line =
            $"{bar}<b>{HtmlText.Escape(part.Name)}</b> <span class=\"op\">{HtmlText.Escape(part.Operator ?? "")}</span> <span "
            + $"class=\"figures\">{HtmlText.Escape(figures)}</span>";
        if (part.Operator is not null && part.Parts.Count == 0)
        {
            page.Markup($"<div class=\"node\" id=\"{Anchor(part)}\">{line}<code>{HtmlText.Escape(part.Wiring)}</code></div>");
            return;
        }

        page.Markup($"<details id=\"{Anchor(part)}\"><summary>{line}</summary>");
        if (part.Wiring.Length > 0)
        {
            page.Markup($"<code>{HtmlText.Escape(part.Wiring)}</code>");
        }

        foreach (GraphPart inner in part.Parts)
        {
            WritePart(page, inner, root, isTimed);
        }

        page.Markup("</details>");
    }

    private static void WriteFile(HtmlText page, GraphExplanation graph) =>
        page.Section("file", "File")
            .Facts([
                ("file", graph.File.FullName),
                (
                    "size",
                    $"{VerdictTable.FormatBytes(graph.File.Length)}, initializers {VerdictTable.FormatBytes(graph.Facts.InitializerBytes)}"
                ),
                ("producer", graph.Facts.Producer.Length == 0 ? "unnamed" : graph.Facts.Producer),
                ("inputs", string.Join("; ", graph.Facts.Inputs.Select(each => $"{each.Name} {each.Type}"))),
                ("outputs", string.Join("; ", graph.Facts.Outputs.Select(each => $"{each.Name} {each.Type}"))),
                .. graph.Facts.Metadata.Select(each => (each.Key, each.Value)),
            ])
            .EndSection();

    private static IEnumerable<GraphPart> Leaves(GraphPart part) =>
        part.Parts.SelectMany(Leaves).Concat(part.Operator is null ? [] : [part]);

    private static double Share(double value, double total) => total > 0 ? value / total : 0;

    // Makes an id of any name: characters that an address would change are written as numbers.
    private static string Anchor(GraphPart part) =>
        "p-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(part.Path)))[..16];

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
