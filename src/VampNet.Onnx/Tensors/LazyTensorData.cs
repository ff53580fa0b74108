using System.Collections.Immutable;

namespace VampNet.Onnx.Tensors;

/// <summary>Contents that are produced each time they are read.</summary>
internal sealed class LazyTensorData(ElementType elementType, ImmutableArray<long> shape, Action<Span<byte>> materialize)
    : TensorData(elementType, shape)
{
    public override bool TryGetSpan(out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        return false;
    }

    public override void CopyTo(Span<byte> destination) => materialize(destination[..checked((int)ByteLength)]);
}
