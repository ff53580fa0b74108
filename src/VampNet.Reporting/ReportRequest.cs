using System.Collections.Immutable;
using VampNet.Reporting.Benchmarking;
using VampNet.Runtime.Audio;
using VampNet.Validation.Folders;

namespace VampNet.Reporting;

/// <summary>The contents that are requested of a report.</summary>
public sealed record ReportRequest
{
    /// <summary>Token frames T at which a report breaks time down by operator: a c2f chunk.</summary>
    public const int ProfiledFrames = 173;

    /// <summary>Folders with quantized graphs under the names of the originals.</summary>
    public ImmutableArray<ModelFolder> Quantized { get; init; } = [];

    /// <summary>Graphs of the same models from another exporter, to be timed beside ours; null for none.</summary>
    public ModelFolder? Exporter { get; init; }

    /// <summary>A recording to hear the models on; null for seeded sound.</summary>
    public AudioClip? Input { get; init; }

    /// <summary>What to time.</summary>
    public BenchmarkPlan Benchmark { get; init; } = new() { ProfiledFrames = ProfiledFrames };

    /// <summary>How many held-out inputs quantized graphs are judged on, 1 or more.</summary>
    public int JudgedSamples { get; init; } = 5;

    /// <summary>Token frames T of those inputs.</summary>
    public int JudgedFrames { get; init; } = 173;
}
