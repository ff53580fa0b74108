using System.Collections.Immutable;

namespace VampNet.Onnx.Tensors;

/// <summary>Strings; they have no byte form of fixed width, and are never stored outside the model.</summary>
internal sealed class StringTensorData(ImmutableArray<long> shape, ImmutableArray<string> values) : TensorData(ElementType.String, shape)
{
    public override bool TryGetSpan(out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        return false;
    }

    public override void CopyTo(Span<byte> destination) => throw TensorElements.Refuse(this, "of fixed width");

    public override void WriteTo(Stream destination) => throw TensorElements.Refuse(this, "of fixed width");

    public override ImmutableArray<string> ToStrings() => values;
}
