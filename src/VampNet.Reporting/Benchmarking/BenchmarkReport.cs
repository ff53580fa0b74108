using System.Collections.Immutable;
using VampNet.Quantization.Judging;

namespace VampNet.Reporting.Benchmarking;

/// <summary>The times of a folder of graphs on this machine.</summary>
/// <param name="Graphs">The graphs in pipeline order, each followed by its alternatives.</param>
/// <param name="Ratios">The relative speeds of graphs that do equal work; empty if there is one folder.</param>
/// <param name="Music">The whole pipeline, for each folder that makes music; empty when it was left out.</param>
/// <param name="PeakMemoryBytes">The most memory this process has held, in bytes, models and measurements included.</param>
/// <param name="Load">The machine's one-minute load average before the first run; null where the system does not tell.</param>
/// <param name="Cores">Number of threads that the process may run at once.</param>
public sealed record BenchmarkReport(
    ImmutableArray<GraphTimes> Graphs,
    ImmutableArray<GraphRatio> Ratios,
    ImmutableArray<MusicTimes> Music,
    long PeakMemoryBytes,
    double? Load,
    int Cores
)
{
    /// <summary>The times that are too noisy to be quoted.</summary>
    public int NoisyTimes => Graphs.Sum(graph => graph.Runs.Count(runs => runs.IsNoisy)) + Music.Count(music => music.IsNoisy);
}

/// <summary>The times of one graph.</summary>
/// <param name="Models">The name of the folder that it is of.</param>
/// <param name="File">File name of the graph, or of the graph whose work it does.</param>
/// <param name="SessionStartMilliseconds">From the file to a session that can run, once.</param>
/// <param name="Runs">The times at each length, shortest first.</param>
/// <param name="Operators">Time by operator, the slowest first; empty when it was not profiled.</param>
public sealed record GraphTimes(
    string Models,
    string File,
    double SessionStartMilliseconds,
    ImmutableArray<LengthTimes> Runs,
    ImmutableArray<OperatorTime> Operators
);

/// <summary>The times of a graph at one length.</summary>
/// <param name="Frames">Token frames T; a codec encoder got T * hop samples.</param>
/// <param name="Times">The times.</param>
public sealed record LengthTimes(int Frames, TimedRuns Times)
{
    /// <inheritdoc cref="TimedRuns.IsNoisy"/>
    public bool IsNoisy => Times.IsNoisy;
}

/// <summary>The speed ratio of two graphs on equal work, measured in turns.</summary>
/// <param name="Reference">The name of the folder whose graph it is measured by.</param>
/// <param name="Models">The name of its own.</param>
/// <param name="File">The graph's file.</param>
/// <param name="Frames">Token frames T.</param>
/// <param name="Speed">The ratio: over 1, it is faster than the reference.</param>
/// <param name="IsNoisy">Whether the ratio spreads too far over the turns to be quoted.</param>
public sealed record GraphRatio(string Reference, string Models, string File, int Frames, SpeedRatio Speed, bool IsNoisy);

/// <summary>The time that music takes, stage by stage.</summary>
/// <param name="Models">The name of the folder that makes it.</param>
/// <param name="Seconds">The length of the music.</param>
/// <param name="CoarseSteps">Forward passes of the coarse model over each chunk.</param>
/// <param name="FineSteps">Forward passes of the c2f model over each chunk.</param>
/// <param name="Stages">Encode, coarse, c2f, sampling, decode.</param>
/// <param name="Spread">(slowest - fastest) / median of all stages together, over the runs.</param>
public sealed record MusicTimes(
    string Models,
    double Seconds,
    int CoarseSteps,
    int FineSteps,
    ImmutableArray<StageTime> Stages,
    double Spread
)
{
    /// <summary>Whether the runs spread too far to be quoted.</summary>
    public bool IsNoisy => Spread > TimedRuns.NoisySpread;

    /// <summary>Seconds of computing for one second of music, over all stages: below 1 is faster than it plays.</summary>
    public double RealTimeFactor => Stages.Sum(stage => stage.RealTimeFactor);
}

/// <summary>The time of one stage of music.</summary>
/// <param name="Stage">Its name.</param>
/// <param name="RealTimeFactor">Seconds of computing for one second of music; the median of the runs.</param>
public sealed record StageTime(string Stage, double RealTimeFactor);
