using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using VampNet.Checkpoints;

namespace VampNet.Architecture.Expressions;

/// <summary>The elements of a checkpoint tensor, widened to float32.</summary>
internal sealed class TensorSource(CheckpointTensor tensor, ImmutableArray<int> shape) : WeightExpression(shape)
{
    public CheckpointTensor Tensor { get; } = tensor;

    public override int BlockRows => CanReadParts ? base.BlockRows : RowCount;

    private bool CanReadParts =>
        Tensor is { IsContiguous: true, ElementType: TensorElementType.Float32 or TensorElementType.Float16 or TensorElementType.BFloat16 };

    public override void ReadRows(int firstRow, Span<float> destination)
    {
        int first = firstRow * RowLength;
        if (!Tensor.TryGetContiguousBytes(out ReadOnlySpan<byte> bytes))
        {
            ReadThroughCopy(first, destination);
            return;
        }

        switch (Tensor.ElementType)
        {
            case TensorElementType.Float32:
                MemoryMarshal.Cast<byte, float>(bytes).Slice(first, destination.Length).CopyTo(destination);
                break;
            case TensorElementType.Float16:
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(bytes).Slice(first, destination.Length), destination);
                break;
            case TensorElementType.BFloat16:
                for (int i = 0; i < destination.Length; i++)
                {
                    destination[i] = BitConverter.UInt32BitsToSingle(
                        (uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * (first + i))..]) << 16
                    );
                }

                break;
            default:
                ReadThroughCopy(first, destination);
                break;
        }
    }

    private void ReadThroughCopy(int first, Span<float> destination)
    {
        if (destination.Length == ElementCount)
        {
            Tensor.CopyTo(destination);
            return;
        }

        float[] whole = ArrayPool<float>.Shared.Rent(ElementCount);
        Tensor.CopyTo(whole.AsSpan(0, ElementCount));
        whole.AsSpan(first, destination.Length).CopyTo(destination);
        ArrayPool<float>.Shared.Return(whole);
    }
}
