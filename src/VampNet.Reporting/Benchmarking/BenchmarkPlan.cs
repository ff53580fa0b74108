using System.Collections.Immutable;
using VampNet.Inference.Sessions;
using VampNet.Quantization.Judging;
using VampNet.Runtime.Models;
using VampNet.Validation.Parity;

namespace VampNet.Reporting.Benchmarking;

/// <summary>The plan of a benchmark: what to time, and how often.</summary>
public sealed record BenchmarkPlan
{
    // The smallest number of runs whose median is not affected by one busy moment.
    private const int FewestRepetitions = 3;

    /// <summary>Token frames T of the timed inputs: a short phrase, a c2f chunk of 3 s, and a coarse chunk of 10 s at the released
    /// rate.</summary>
    public ImmutableArray<int> Frames { get; init; } = [43, 173, 575];

    /// <summary>Timed runs of each input at most, 1 or more; others before them warm up.</summary>
    public int Repetitions { get; init; } = 7;

    /// <summary>Seconds that the timed runs of one length may take, of all graphs that are timed in turns together. Slow graphs get fewer
    /// runs, but at least three, or as many as <see cref="Repetitions"/> if that is less.</summary>
    public double SecondsPerLength { get; init; } = 20;

    /// <summary>Least duration of a timed run: it repeats its pass until then, and counts the mean, since a single pass of 0.1 ms would
    /// measure the scheduler.</summary>
    public double LeastMilliseconds { get; init; } = 20;

    /// <summary>Token frames T at which time is broken down by operator; null not to.</summary>
    public int? ProfiledFrames { get; init; }

    /// <summary>Threads per operator; 0 for one per core.</summary>
    public int Threads { get; init; }

    /// <summary>Provider, device and provider options. Its number of threads is replaced by <see cref="Threads"/>.</summary>
    public ModelOptions Computing { get; init; } = new();

    /// <summary>Seconds of music that the whole pipeline is timed on; 0 to leave it out.</summary>
    public double MusicSeconds { get; init; } = 3;

    /// <summary>Forward passes of the coarse model over each chunk of music.</summary>
    public int CoarseSteps { get; init; } = 12;

    /// <summary>Forward passes of the c2f model over each chunk of music.</summary>
    public int FineSteps { get; init; } = 2;

    /// <summary>The meaning of the first output of a single graph that is timed against another; null to guess it.</summary>
    public OutputKind? OutputKind { get; init; }

    /// <summary>Seed of the inputs.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Number of repetitions for a length, given the seconds of one turn.</summary>
    internal int RepetitionsOf(double turnSeconds) =>
        (int)Math.Clamp(SecondsPerLength / turnSeconds, Math.Min(FewestRepetitions, Repetitions), Repetitions);

    /// <summary>Options that models are loaded with to make music.</summary>
    internal ModelOptions Loading => Computing with { Threads = Threads };

    /// <summary>The execution provider of graphs that are timed or judged alone.</summary>
    internal SessionProvider Provider => SessionProviders.Of(Computing);

    internal int EffectiveThreads => Threads > 0 ? Threads : Environment.ProcessorCount;
}
