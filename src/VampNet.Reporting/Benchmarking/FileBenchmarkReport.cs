using System.Collections.Immutable;
using VampNet.Quantization;
using VampNet.Quantization.Judging;
using VampNet.Quantization.Search;

namespace VampNet.Reporting.Benchmarking;

/// <summary>The times of one graph on this machine, and of another timed in turns with it.</summary>
/// <param name="Graphs">The graph, and the one that it was timed in turns with.</param>
/// <param name="Ratios">Speed of the other graph relative to the first at each size; empty when there is one graph.</param>
/// <param name="PeakMemoryBytes">The most memory this process has held, in bytes, graphs and measurements included.</param>
/// <param name="Load">The machine's one-minute load average before the first run; null where the system does not tell.</param>
/// <param name="Cores">Number of threads that the process may run at once.</param>
public sealed record FileBenchmarkReport(
    ImmutableArray<FileTimes> Graphs,
    ImmutableArray<FileRatio> Ratios,
    long PeakMemoryBytes,
    double? Load,
    int Cores
)
{
    /// <summary>How near the other graph's first output is to the first one's, on the timed inputs; null when there is one graph, or where
    /// <see cref="Incomparable"/> says why not.</summary>
    public QuantizationLoss? Loss { get; init; }

    /// <summary>What the first output means, and what told it; null with the loss.</summary>
    public OutputKindGuess? Output { get; init; }

    /// <summary>Why the outputs of the two graphs cannot be compared; null where they are.</summary>
    public string? Incomparable { get; init; }

    /// <summary>The value of a goal's metric.</summary>
    /// <exception cref="QuantizationException">VNQ0103: outputs of that meaning have no such metric. VNQ0101: the outputs cannot be
    /// compared.</exception>
    public double Measure(QualityGoal goal)
    {
        ArgumentNullException.ThrowIfNull(goal);
        return Loss is null
            ? throw new QuantizationException(
                QuantizationErrorIds.OutputsIncomparable,
                found: Incomparable ?? "one graph",
                expected: $"two graphs whose first outputs can be compared, for the goal {goal}",
                advice: "Name a graph of the same model"
            )
            : goal.Require(Loss);
    }
}

/// <summary>The times of one graph.</summary>
/// <param name="File">Its file.</param>
/// <param name="Bytes">The size of the file and of the external data beside it.</param>
/// <param name="SessionStartMilliseconds">From the file to a session that can run, once.</param>
/// <param name="MemoryBytes">Growth of the process while the graph was loaded and first run at every size, in bytes.</param>
/// <param name="Runs">The times at each size, in the order of the sizes.</param>
/// <param name="Operators">Time by operator at the last size, the slowest first.</param>
public sealed record FileTimes(
    string File,
    long Bytes,
    double SessionStartMilliseconds,
    long MemoryBytes,
    ImmutableArray<TimedRuns> Runs,
    ImmutableArray<OperatorTime> Operators
);

/// <summary>Speed of a graph relative to another on equal inputs, in turns.</summary>
/// <param name="File">Its file.</param>
/// <param name="Inputs">Names and shapes of what was fed.</param>
/// <param name="Speed">The ratio: over 1, it is faster than the first graph.</param>
/// <param name="IsNoisy">Whether the ratio spreads too far over the turns to be quoted.</param>
public sealed record FileRatio(string File, string Inputs, SpeedRatio Speed, bool IsNoisy);
