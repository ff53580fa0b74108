using System.Diagnostics;

namespace VampNet.Benchmarks;

/// <summary>Repeated timings of one thing, in seconds.</summary>
internal sealed class Timings
{
    private readonly List<double> _seconds = [];

    public double Median => _seconds.Order().ElementAt(_seconds.Count / 2);

    public double Least => _seconds.Min();

    public double Greatest => _seconds.Max();

    public void Add(Action work)
    {
        Stopwatch watch = Stopwatch.StartNew();
        work();
        _seconds.Add(watch.Elapsed.TotalSeconds);
    }

    public override string ToString() => $"{Median:F3} s (median of {_seconds.Count}, {Least:F3} to {Greatest:F3})";
}
