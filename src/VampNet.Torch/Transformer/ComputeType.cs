using static TorchSharp.torch;

namespace VampNet.Torch.Transformer;

/// <summary>Mixed precision: parameters stay in float32, matrix products are computed in the type of their input.</summary>
/// <remarks>As torch.autocast: the gradient of a converted parameter arrives in float32 again.</remarks>
internal static class ComputeType
{
    /// <summary>A tensor in a type; the tensor itself where it has it.</summary>
    public static Tensor In(this Tensor tensor, ScalarType type) => tensor.dtype == type ? tensor : tensor.to_type(type);
}
