namespace VampNet.Runtime.Models;

/// <summary>How models are loaded.</summary>
public sealed record ModelOptions
{
    /// <summary>What computes.</summary>
    public ExecutionProvider Provider { get; init; } = ExecutionProvider.Cpu;

    /// <summary>
    /// Threads for one operator; 0 for one a core. All models of a process share one pool, made with the first model: later values have no
    /// effect, nor has any if the application made an ONNX Runtime environment of its own before.
    /// </summary>
    public int Threads { get; init; }
}
