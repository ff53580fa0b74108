using static TorchSharp.torch;

namespace VampNet.Torch;

/// <summary>Refuses codes for which a lookup would crash or silently read another codebook's row.</summary>
internal static class CodeTensor
{
    /// <summary>Refuses anything but int64 [B, C, T] of at least one frame, with codes from 0 to the largest allowed.</summary>
    public static void Require(Tensor codes, int codebooks, int largest)
    {
        ArgumentNullException.ThrowIfNull(codes);
        if (codes.dtype != ScalarType.Int64 || codes.shape is not [>= 1, _, >= 1] || codes.shape[1] != codebooks)
        {
            throw new ArgumentException(
                $"Found codes {codes.dtype} [{string.Join(", ", codes.shape)}]. Expected Int64 [B, {codebooks}, T], B and T at least 1.",
                nameof(codes)
            );
        }

        using Tensor least = codes.min();
        using Tensor most = codes.max();
        if (least.item<long>() < 0 || most.item<long>() > largest)
        {
            throw new ArgumentException(
                $"Found codes from {least.item<long>()} to {most.item<long>()}. Expected 0 to {largest}.",
                nameof(codes)
            );
        }
    }
}
