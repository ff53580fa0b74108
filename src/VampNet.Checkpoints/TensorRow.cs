using System.Collections.Immutable;

namespace VampNet.Checkpoints;

/// <summary>One tensor of an inspected checkpoint.</summary>
/// <param name="Name">The key in the state dict.</param>
/// <param name="ElementType">The type of one element.</param>
/// <param name="Shape">The extent of each axis; empty for a scalar.</param>
/// <param name="ElementCount">The product of the shape.</param>
/// <param name="ByteLength">Bytes when written contiguously.</param>
/// <param name="StorageName">The name of its storage in the file; rows with equal names share their bytes.</param>
/// <param name="IsContiguous">Whether the elements lie in row-major order without gaps.</param>
public sealed record TensorRow(
    string Name,
    TensorElementType ElementType,
    ImmutableArray<long> Shape,
    long ElementCount,
    long ByteLength,
    string StorageName,
    bool IsContiguous
)
{
    /// <summary>SHA-256 of the contents, little-endian and in row-major order, 64 lower-case hexadecimal digits; null when it was not asked
    /// for.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Whether this is one of the two factors of a LoRA update (loralib's names).</summary>
    public bool IsLora => Name.EndsWith(".lora_A", StringComparison.Ordinal) || Name.EndsWith(".lora_B", StringComparison.Ordinal);

    /// <summary>The row of a tensor.</summary>
    public static TensorRow Of(CheckpointTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return new TensorRow(
            tensor.Name,
            tensor.ElementType,
            tensor.Shape,
            tensor.ElementCount,
            tensor.ByteLength,
            tensor.StorageName,
            tensor.IsContiguous
        );
    }
}
