using System.Globalization;

namespace VampNet.Benchmarks;

/// <summary>Figures with their goals, printed together at the end of a run.</summary>
internal sealed class FigureTable
{
    private readonly List<(string Name, string Figure, string Goal, string Verdict)> _rows = [];

    /// <summary>Adds a figure whose goal is a lower bound.</summary>
    public void AtLeast(string name, double value, double goal, string format, string detail = "") =>
        Add(name, Show(value, format) + detail, $"at least {Show(goal, format)}", value >= goal);

    /// <summary>Adds a figure whose goal is an upper bound.</summary>
    public void AtMost(string name, double value, double goal, string format, string detail = "") =>
        Add(name, Show(value, format) + detail, $"at most {Show(goal, format)}", value <= goal);

    /// <summary>Adds a figure that is printed only.</summary>
    public void Printed(string name, string figure) => _rows.Add((name, figure, "printed", ""));

    /// <summary>Writes the table.</summary>
    public void Print()
    {
        Console.WriteLine();
        Console.WriteLine("| figure | measured | goal | |");
        Console.WriteLine("|---|---|---|---|");
        foreach ((string name, string figure, string goal, string verdict) in _rows)
        {
            Console.WriteLine($"| {name} | {figure} | {goal} | {verdict} |");
        }
    }

    private static string Show(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private void Add(string name, string figure, string goal, bool met) => _rows.Add((name, figure, goal, met ? "met" : "missed"));
}
