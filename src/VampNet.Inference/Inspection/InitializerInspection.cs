using System.Collections.Immutable;
using System.Security.Cryptography;
using VampNet.Onnx;

namespace VampNet.Inference.Inspection;

/// <summary>A constant tensor of a graph.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ElementType">The type of its elements, by its ONNX name.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Elements">Number of elements.</param>
/// <param name="Bytes">Size of its contents; 0 for strings.</param>
public sealed record InitializerInspection(string Name, string ElementType, ImmutableArray<long> Shape, long Elements, long Bytes)
{
    /// <summary>The type as PyTorch and NumPy call it: float32, int64, bool.</summary>
    public string Dtype =>
        ElementType switch
        {
            "float" => "float32",
            "double" => "float64",
            _ => ElementType,
        };

    /// <summary>SHA-256 of the contents, little-endian and in row-major order, 64 lower-case hexadecimal digits; null when it was not asked
    /// for, and for strings.</summary>
    public string? Sha256 { get; init; }

    internal static InitializerInspection Of(Value value, bool withHash)
    {
        TensorData data = value.Constant!;
        return new(value.Name, data.ElementType.OnnxName, data.Shape, data.ElementCount, data.ByteLength)
        {
            Sha256 = withHash && data.ElementType != Onnx.ElementType.String ? Hash(data) : null,
        };
    }

    // Weights are written piece by piece: they need not be in memory as a whole.
    private static string Hash(TensorData data)
    {
        using var sha = SHA256.Create();
        using (var stream = new CryptoStream(Stream.Null, sha, CryptoStreamMode.Write))
        {
            data.WriteTo(stream);
        }

        return Convert.ToHexStringLower(sha.Hash!);
    }
}
