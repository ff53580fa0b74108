using System.Globalization;
using System.Text;
using VampNet.Files;

namespace VampNet.Training.Runs;

/// <summary>A .csv file to which a run adds lines. The first column is the step.</summary>
/// <param name="path">The file.</param>
/// <param name="columns">The names of the columns.</param>
internal sealed class RunTable(string path, params string[] columns)
{
    /// <summary>Starts the table, or removes the lines after the step that a run resumes from: these steps will be taken again.</summary>
    public void Begin(long lastStep)
    {
        string header = string.Join(',', columns);
        IEnumerable<string> kept = File.Exists(path) ? File.ReadLines(path).Skip(1).Where(line => IsUpTo(line, lastStep)) : [];
        WholeFile.Write(path, Encoding.UTF8.GetBytes(string.Concat(kept.Prepend(header).Select(line => $"{line}\n"))));
    }

    /// <summary>Adds a line.</summary>
    public void Add(long step, params ReadOnlySpan<double> values)
    {
        List<string> cells = [step.ToString(CultureInfo.InvariantCulture)];
        foreach (double value in values)
        {
            cells.Add(value.ToString("G9", CultureInfo.InvariantCulture));
        }

        File.AppendAllText(path, $"{string.Join(',', cells)}\n");
    }

    /// <summary>The lines as numbers.</summary>
    public IReadOnlyList<double[]> Read() =>
        [
            .. File.ReadLines(path)
                .Skip(1)
                .Select(line => line.Split(','))
                .Where(cells => cells.Length == columns.Length)
                .Select(cells =>
                    cells
                        .Select(cell =>
                            double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : double.NaN
                        )
                        .ToArray()
                ),
        ];

    // A line that a killed process cut short has too few cells.
    private bool IsUpTo(string line, long lastStep) =>
        line.Split(',') is { } cells
        && cells.Length == columns.Length
        && long.TryParse(cells[0], NumberStyles.None, CultureInfo.InvariantCulture, out long step)
        && step <= lastStep;
}
