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

    private static string Hash(TensorData data)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using (var stream = new HashStream(sha))
        {
            data.WriteTo(stream);
        }

        return Convert.ToHexStringLower(sha.GetHashAndReset());
    }

    // Weights are written piece by piece: they need not be in memory as a whole.
    private sealed class HashStream(IncrementalHash sha) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() { }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => sha.AppendData(buffer, offset, count);

        public override void Write(ReadOnlySpan<byte> buffer) => sha.AppendData(buffer);
    }
}
