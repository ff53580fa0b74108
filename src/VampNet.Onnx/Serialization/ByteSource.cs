using System.Collections.Immutable;
using VampNet.Onnx.Tensors;

namespace VampNet.Onnx.Serialization;

/// <summary>The source of a model's bytes.</summary>
internal abstract class ByteSource
{
    /// <summary>The number of bytes.</summary>
    public abstract long Length { get; }

    /// <summary>A view on a part of the bytes.</summary>
    public abstract ReadOnlySpan<byte> Slice(long offset, int length);

    /// <summary>A tensor whose contents are a view on some of them, checked by the caller to lie within.</summary>
    public abstract TensorData View(ElementType type, ImmutableArray<long> shape, long offset, Proto.TensorProto carrier);
}

/// <summary>A model in a mapped file.</summary>
internal sealed class MappedSource(MappedFile file) : ByteSource
{
    public override long Length => file.Length;

    public override ReadOnlySpan<byte> Slice(long offset, int length) => file.Slice(offset, length);

    public override TensorData View(ElementType type, ImmutableArray<long> shape, long offset, Proto.TensorProto carrier) =>
        new MappedTensorData(type, shape, file, offset) { Carrier = carrier };
}

/// <summary>A model in managed memory.</summary>
internal sealed class MemorySource(ReadOnlyMemory<byte> bytes) : ByteSource
{
    public override long Length => bytes.Length;

    public override ReadOnlySpan<byte> Slice(long offset, int length) => bytes.Span.Slice(checked((int)offset), length);

    public override TensorData View(ElementType type, ImmutableArray<long> shape, long offset, Proto.TensorProto carrier)
    {
        MemoryTensorData probe = new(type, shape, default);
        return new MemoryTensorData(type, shape, bytes.Slice(checked((int)offset), checked((int)probe.ByteLength))) { Carrier = carrier };
    }
}
