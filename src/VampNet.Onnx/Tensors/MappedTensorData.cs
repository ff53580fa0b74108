using System.Collections.Immutable;

namespace VampNet.Onnx.Tensors;

/// <summary>Contents that are a view on a mapped file, in the model itself or beside it.</summary>
internal sealed class MappedTensorData(ElementType elementType, ImmutableArray<long> shape, MappedFile file, long offset)
    : TensorData(elementType, shape)
{
    private const int ChunkLength = 1 << 20;

    public override bool TryGetSpan(out ReadOnlySpan<byte> bytes)
    {
        bytes = ByteLength <= int.MaxValue ? file.Slice(offset, (int)ByteLength) : default;
        return ByteLength <= int.MaxValue;
    }

    public override void CopyTo(Span<byte> destination) => file.Slice(offset, checked((int)ByteLength)).CopyTo(destination);

    public override void WriteTo(Stream destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        for (long done = 0; done < ByteLength; done += ChunkLength)
        {
            destination.Write(file.Slice(offset + done, (int)Math.Min(ChunkLength, ByteLength - done)));
        }
    }
}
