using System.Collections.Immutable;

namespace VampNet.Runtime.Models;

/// <summary>Options of loading models.</summary>
public sealed record ModelOptions
{
    /// <summary>The execution provider.</summary>
    public ExecutionProvider Provider { get; init; } = ExecutionProvider.Cpu;

    /// <summary>The number of the GPU, from 0. The processor has none.</summary>
    public int Device { get; init; }

    /// <summary>Options of the provider, by name: those of <see cref="CudaOptions"/>. The processor takes none.</summary>
    public IReadOnlyDictionary<string, string> ProviderOptions { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>
    /// Threads per operator; 0 for one per core. All models of a process share one pool, made with the first model: later values have no
    /// effect. If the application has made an ONNX Runtime environment of its own, models share its pool, or get threads of their own where
    /// it has none.
    /// </summary>
    public int Threads { get; init; }

    /// <summary>Samples with coarse_step.onnx and c2f_step.onnx, which lie beside the transformers, instead of the built-in sampler. Top-k
    /// and typical filtering are then refused.</summary>
    public bool StepGraphs { get; init; }

    /// <summary>
    /// Whether models stay loaded between recordings. If not, <see cref="VampNetPipeline.VampAsync"/> unloads each model at the end of its
    /// stage, so that the weights of one model alone are in memory, and the next recording loads them again. Results are the same. A model
    /// on a GPU stays loaded.
    /// </summary>
    public bool KeepLoaded { get; init; } = true;

    /// <summary>Keeps sessions in the form in which they run, so that they open faster and share their weights; null for none. A GPU has
    /// none.</summary>
    public SessionCacheOptions? SessionCache { get; init; }
}
