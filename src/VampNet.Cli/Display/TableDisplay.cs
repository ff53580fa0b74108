using Spectre.Console;

namespace VampNet.Cli.Display;

/// <summary>Tables on the output: framed when a person watches, line by line where the terminal is too narrow for that, Markdown when
/// nobody watches.</summary>
internal static class TableDisplay
{
    // Narrower than this, words are broken into pieces that nobody can read.
    private const int ReadableColumn = 10;

    /// <summary>Writes a table.</summary>
    /// <param name="terminal">Terminal to write to.</param>
    /// <param name="columns">The titles. A title that ends in <c>#</c> is shown without it, over right-aligned cells.</param>
    /// <param name="rows">The cells, as many in each row as there are columns.</param>
    public static void WriteTable(this Terminal terminal, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        rows = rows.Select(row => (IReadOnlyList<string>)[.. row.Select(ControlCharacters.Escape)]);
        bool[] right = [.. columns.Select(title => title.EndsWith('#'))];
        string[] titles = [.. columns.Select(title => title.TrimEnd('#'))];
        if (terminal.IsOutputWatched)
        {
            IReadOnlyList<string>[] all = [.. rows];
            int[] readable = [.. Widths(titles, all).Select(width => Math.Min(width, ReadableColumn))];
            const int frame = 3;
            if (readable.Sum(width => width + frame) + 1 <= terminal.OutputConsole.Profile.Width)
            {
                WriteFramed(terminal.OutputConsole, titles, right, all);
            }
            else
            {
                WriteLineByLine(terminal.OutputConsole, titles, all);
            }
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

    private static void WriteLineByLine(IAnsiConsole console, string[] titles, IReadOnlyList<string>[] rows)
    {
        foreach (IReadOnlyList<string> row in rows)
        {
            foreach ((string title, string cell) in titles.Zip(row).Where(pair => pair.Second.Length > 0))
            {
                console.Write(new Text($"{title}: {cell}\n"));
            }

            console.WriteLine();
        }
    }

    private static int[] Widths(string[] titles, IReadOnlyList<string>[] rows) =>
        [.. titles.Select((title, column) => rows.Select(row => row[column].Length).Append(title.Length).Max())];

    private static void WriteMarkdown(TextWriter output, string[] titles, bool[] right, IReadOnlyList<string>[] rows)
    {
        int[] widths = Widths(titles, rows);
        WriteRow(titles);
        WriteRow([.. widths.Select((width, column) => right[column] ? $"{new string('-', width - 1)}:" : new string('-', width))]);
        foreach (IReadOnlyList<string> row in rows)
        {
            WriteRow(row);
        }

        void WriteRow(IReadOnlyList<string> cells) => output.WriteLine($"| {string.Join(" | ", cells.Select(Padded))} |");

        string Padded(string cell, int column) => right[column] ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]);
    }
}
