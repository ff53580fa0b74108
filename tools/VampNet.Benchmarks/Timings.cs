using System.Diagnostics;

namespace VampNet.Benchmarks;

/// <summary>
/// Repeated timings of one thing, in seconds: of the clock, and of the processor over all threads of this process. The
/// latter compares on a machine that does other work too.
/// </summary>
internal sealed class Timings
{
    private readonly List<double> _seconds = [];
    private readonly List<double> _processorSeconds = [];

    /// <summary>Every timing, in order.</summary>
    public IReadOnlyList<double> Seconds => _seconds;

    public double Median => MedianOf(_seconds);

    public double ProcessorMedian => MedianOf(_processorSeconds);

    public double Least => _seconds.Min();

    public double Greatest => _seconds.Max();

    /// <summary>Runs all works in turns; a first round warms up.</summary>
    public static Timings[] InTurns(IReadOnlyList<Action> works, int runs)
    {
        Timings[] timings = [.. works.Select(_ => new Timings())];
        for (int turn = 0; turn <= runs; turn++)
        {
            for (int i = 0; i < works.Count; i++)
            {
                (turn == 0 ? new Timings() : timings[i]).Add(works[i]);
            }
        }

        return timings;
    }

    public void Add(Action work)
    {
        using Process process = Process.GetCurrentProcess();
        TimeSpan before = process.TotalProcessorTime;
        Stopwatch watch = Stopwatch.StartNew();
        work();
        _seconds.Add(watch.Elapsed.TotalSeconds);
        process.Refresh();
        _processorSeconds.Add((process.TotalProcessorTime - before).TotalSeconds);
    }

    public override string ToString() =>
        $"{Median:F3} s (median of {_seconds.Count}, {Least:F3} to {Greatest:F3}), "
        + $"processor {ProcessorMedian:F3} s ({_processorSeconds.Min():F3} to {_processorSeconds.Max():F3})";

    /// <summary>The medians as multiples of another's.</summary>
    public string RatioTo(Timings other) => $"{Median / other.Median:F2} times (processor {ProcessorMedian / other.ProcessorMedian:F2})";

    private static double MedianOf(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
