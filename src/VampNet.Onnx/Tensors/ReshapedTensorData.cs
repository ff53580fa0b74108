using System.Collections.Immutable;

namespace VampNet.Onnx.Tensors;

/// <summary>Another tensor's contents under another shape.</summary>
internal sealed class ReshapedTensorData(TensorData source, ImmutableArray<long> shape) : TensorData(source.ElementType, shape)
{
    public override bool TryGetSpan(out ReadOnlySpan<byte> bytes) => source.TryGetSpan(out bytes);

    public override void CopyTo(Span<byte> destination) => source.CopyTo(destination);

    public override void WriteTo(Stream destination) => source.WriteTo(destination);

    public override ImmutableArray<string> ToStrings() => source.ToStrings();
}
