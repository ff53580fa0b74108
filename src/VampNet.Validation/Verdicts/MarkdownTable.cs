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

    private static void AppendRow(StringBuilder text, IReadOnlyList<string> cells) =>
        text.Append("| ").AppendJoin(" | ", cells.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal))).Append(" |\n");
}
