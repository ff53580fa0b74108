using static TorchSharp.torch;

namespace VampNet.Torch;

/// <summary>A control signal.</summary>
/// <param name="Signal">float32 [B, dim, T].</param>
/// <param name="Mask">float32 [B, T]: 1 where the signal counts, 0 where it does not.</param>
public readonly record struct ControlTensors(Tensor Signal, Tensor Mask);
