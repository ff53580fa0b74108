namespace VampNet.Cli;

/// <summary>The help page of the command itself, with one line for each subcommand. It is what the parser's own page would be, written from
/// names and summaries alone: making all commands, and sorting them as the parser does, takes longer than all else that this page
/// needs.</summary>
internal static class Overview
{
    private const string Indent = "  ";

    /// <summary>Narrower terminals break the lines themselves.</summary>
    private const int Narrowest = 40;

    // The parser's texts.
    private static readonly string[][] Options =
    [
        ["-?, -h, --help", "Show help and usage information"],
        ["--version", "Show version information"],
    ];

    /// <summary>Whether a command line asks for this page and for nothing else.</summary>
    public static bool IsAskedForBy(IReadOnlyList<string> arguments) => arguments is ["--help" or "-h" or "-?"];

    /// <summary>Writes the page.</summary>
    /// <param name="output">Receives it.</param>
    /// <param name="width">The longest line, in characters; at least 40.</param>
    public static void Write(TextWriter output, int width)
    {
        width = Math.Max(width, Narrowest);
        WriteSection(output, "Description:", Wrap(VampNetCommand.Description, width - Indent.Length));
        WriteSection(output, "Usage:", Wrap($"{Edition.Name} [command] [options]", width - Indent.Length));
        WriteSection(output, "Options:", Rows(Options, width));
        WriteSection(output, "Commands:", Rows(VampNetCommand.Outlines, width));
    }

    private static void WriteSection(TextWriter output, string heading, List<string> lines)
    {
        output.WriteLine(heading);
        foreach (string line in lines)
        {
            output.WriteLine($"{Indent}{line}");
        }

        output.WriteLine();
    }

    private static List<string> Rows(string[][] rows, int width)
    {
        (int first, int second) = Widths(rows, width);
        List<string> lines = [];
        foreach (string[] row in rows)
        {
            List<string> left = Wrap(row[0], first),
                right = Wrap(row[1], second);
            for (int i = 0; i < Math.Max(left.Count, right.Count); i++)
            {
                string start = i < left.Count ? left[i] : "";
                lines.Add(i < right.Count ? $"{start.PadRight(first)}{Indent}{right[i]}" : start);
            }
        }

        return lines;
    }

    /// <summary>Widths of the two columns: what they need, or where a line has no room for it, at most half of it for the first.</summary>
    private static (int First, int Second) Widths(string[][] rows, int width)
    {
        int first = 0,
            second = 0;
        foreach (string[] row in rows)
        {
            (first, second) = (Math.Max(first, row[0].Length), Math.Max(second, row[1].Length));
        }

        if (first + second + (2 * Indent.Length) <= width)
        {
            return (first, second);
        }

        int most = (width / 2) - Indent.Length;
        if (first > most)
        {
            first = 0;
            foreach (string[] row in rows)
            {
                Wrap(row[0], most).ForEach(line => first = Math.Max(first, line.Length));
            }
        }

        return (first, width - first - (2 * Indent.Length));
    }

    /// <summary>The lines of a text, broken after the last space that fits.</summary>
    private static List<string> Wrap(string text, int width)
    {
        List<string> lines = [];
        foreach (string given in text.Split('\n'))
        {
            string line = given;
            while (line.Length > width)
            {
                int space = line.LastIndexOf(' ', width - 1);
                int length = space < 0 ? width : space + 1;
                lines.Add(line[..length]);
                line = line[length..];
            }

            lines.Add(line);
        }

        return lines;
    }
}
