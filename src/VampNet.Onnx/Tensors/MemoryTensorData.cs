using System.Collections.Immutable;

namespace VampNet.Onnx.Tensors;

/// <summary>Contents that lie in managed memory.</summary>
internal sealed class MemoryTensorData(ElementType elementType, ImmutableArray<long> shape, ReadOnlyMemory<byte> bytes)
    : TensorData(elementType, shape)
{
    public override bool TryGetSpan(out ReadOnlySpan<byte> contents)
    {
        contents = bytes.Span;
        return true;
    }

    public override void CopyTo(Span<byte> destination) => bytes.Span.CopyTo(destination);
}
