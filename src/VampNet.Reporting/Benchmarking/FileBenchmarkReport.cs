using System.Collections.Immutable;
using VampNet.Quantization.Judging;

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
);

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
