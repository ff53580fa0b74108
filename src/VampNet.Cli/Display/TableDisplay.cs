using Spectre.Console;

namespace VampNet.Cli.Display;

/// <summary>Tables on the output: framed when a person watches, Markdown when not.</summary>
internal static class TableDisplay
{
    /// <summary>Writes a table.</summary>
    /// <param name="terminal">Where to.</param>
    /// <param name="columns">The titles. A title that ends in <c>#</c> is shown without it, over right-aligned cells.</param>
    /// <param name="rows">The cells, as many in each row as there are columns.</param>
    public static void WriteTable(this Terminal terminal, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        rows = rows.Select(row => (IReadOnlyList<string>)[.. row.Select(ControlCharacters.Escape)]);
        bool[] right = [.. columns.Select(title => title.EndsWith('#'))];
        string[] titles = [.. columns.Select(title => title.TrimEnd('#'))];
        if (terminal.IsOutputWatched)
        {
            WriteFramed(terminal.OutputConsole, titles, right, rows);
        }
        else
        {
            WriteMarkdown(terminal.Output, titles, right, [.. rows]);
        }
    }

    private static void WriteFramed(IAnsiConsole console, string[] titles, bool[] right, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = new Table { Border = TableBorder.Rounded };
        foreach ((string title, bool isRight) in titles.Zip(right))
        {
            table.AddColumn(new TableColumn(new Text(title)) { Alignment = isRight ? Justify.Right : Justify.Left });
        }

        foreach (IReadOnlyList<string> row in rows)
        {
            table.AddRow(row.Select(cell => new Text(cell)));
        }

        console.Write(table);
    }

    private static void WriteMarkdown(TextWriter output, string[] titles, bool[] right, IReadOnlyList<string>[] rows)
    {
        int[] widths = [.. titles.Select((title, column) => rows.Select(row => row[column].Length).Append(title.Length).Max())];
        WriteRow(titles);
        WriteRow([.. widths.Select((width, column) => right[column] ? $"{new string('-', width - 1)}:" : new string('-', width))]);
        foreach (IReadOnlyList<string> row in rows)
        {
            WriteRow(row);
        }

        void WriteRow(IReadOnlyList<string> cells) =>
            output.WriteLine(
                $"| {string.Join(" | ", cells.Select((cell, column) => right[column] ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column])))} |"
            );
    }
}
