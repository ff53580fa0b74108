using Spectre.Console;

namespace VampNet.Cli;

/// <summary>Tables on the output: framed when a person watches, Markdown when not.</summary>
internal static class TableDisplay
{
    /// <summary>Writes a table.</summary>
    /// <param name="terminal">Where to.</param>
    /// <param name="columns">The titles. A title that ends in <c>#</c> is shown without it, over right-aligned cells.</param>
    /// <param name="rows">The cells, as many in each row as there are columns.</param>
    public static void WriteTable(this Terminal terminal, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = new Table { Border = terminal.IsOutputWatched ? TableBorder.Rounded : TableBorder.Markdown };
        foreach (string title in columns)
        {
            var column = new TableColumn(new Text(title.TrimEnd('#'))) { NoWrap = true };
            table.AddColumn(title.EndsWith('#') ? column.RightAligned() : column);
        }

        foreach (IReadOnlyList<string> row in rows)
        {
            table.AddRow(row.Select(cell => new Text(cell)));
        }

        terminal.OutputConsole.Write(table);
    }
}
