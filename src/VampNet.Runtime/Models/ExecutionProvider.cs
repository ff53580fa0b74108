namespace VampNet.Runtime.Models;

/// <summary>The execution provider of ONNX Runtime. Nothing falls back from one to another by itself.</summary>
public enum ExecutionProvider
{
    /// <summary>The CPU, which is always available.</summary>
    Cpu,

    /// <summary>An NVIDIA GPU, with the GPU build of ONNX Runtime.</summary>
    Cuda,
}
