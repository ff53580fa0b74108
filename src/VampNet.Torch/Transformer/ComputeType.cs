using static TorchSharp.torch;

namespace VampNet.Torch.Transformer;

/// <summary>Mixed precision: parameters stay in float32, matrix products are computed in the type of their input.</summary>
/// <remarks>As torch.autocast: the gradient of a converted parameter arrives in float32 again.</remarks>
internal static class ComputeType
{
    /// <summary>Converts a tensor to a type; returns the tensor itself if it has that type.</summary>
    public static Tensor In(this Tensor tensor, ScalarType type) => tensor.dtype == type ? tensor : tensor.to_type(type);
}
