using System.Text;

namespace VampNet.Validation.Verdicts;

/// <summary>Tables in Markdown.</summary>
internal static class MarkdownTable
{
    /// <summary>Appends a table. A title that ends in <c>#</c> is written without it, over right-aligned cells.</summary>
    public static void Append(StringBuilder text, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        AppendRow(text, [.. columns.Select(title => title.TrimEnd('#'))]);
        AppendRow(text, [.. columns.Select(title => title.EndsWith('#') ? "---:" : "---")]);
        foreach (IReadOnlyList<string> row in rows)
        {
            AppendRow(text, row);
        }
    }

    /// <summary>Escapes text for Markdown: names come from files, and must not become HTML, links or further cells.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (char character in text)
        {
            _ = character switch
            {
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '&' => escaped.Append("&amp;"),
                '|' or '`' or '\\' => escaped.Append('\\').Append(character),
                '\n' or '\r' => escaped.Append(' '),
                _ when char.IsControl(character) => escaped.Append('\uFFFD'),
                _ => escaped.Append(character),
            };
        }

        // A link needs its brackets side by side; shapes such as [1,2] stay readable.
        return escaped.Replace("](", "]\\(").ToString();
    }

    private static void AppendRow(StringBuilder text, IReadOnlyList<string> cells) =>
        text.Append("| ").AppendJoin(" | ", cells.Select(Escape)).Append(" |\n");
}
