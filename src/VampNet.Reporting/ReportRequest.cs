using System.Collections.Immutable;
using VampNet.Quantization.Judging;
using VampNet.Quantization.Search;
using VampNet.Reporting.Benchmarking;
using VampNet.Runtime;
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

    /// <summary>Folders of models that were tuned from these, to hear the same input with each: before and after.</summary>
    public ImmutableArray<ModelFolder> Tuned { get; init; } = [];

    /// <summary>Graphs of the same models from another exporter, to be timed beside ours; null for none.</summary>
    public ModelFolder? Exporter { get; init; }

    /// <summary>A recording to run the models on; null for seeded sound.</summary>
    public AudioClip? Input { get; init; }

    /// <summary>The controls of the vamps; null for the runtime's defaults. One piece is made, as loud as the
    /// input.</summary>
    public VampOptions? Vamp { get; init; }

    /// <summary>The plan of the benchmark.</summary>
    public BenchmarkPlan Benchmark { get; init; } = new() { ProfiledFrames = ProfiledFrames };

    /// <summary>Held-out music that quantized graphs are judged on; null for seeded inputs.</summary>
    public JudgedMusic? JudgedOn { get; init; }

    /// <summary>The goal of quantized graphs; null for none. A graph whose output does not have the metric is passed over.</summary>
    public QualityGoal? Goal { get; init; }

    /// <summary>Number of held-out inputs that quantized graphs are judged on, 1 or more.</summary>
    public int JudgedSamples { get; init; } = 5;

    /// <summary>Token frames T of those inputs.</summary>
    public int JudgedFrames { get; init; } = 173;
}
