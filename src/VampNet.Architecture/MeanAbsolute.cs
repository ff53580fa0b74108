using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using VampNet.Checkpoints;

namespace VampNet.Architecture;

/// <summary>The mean magnitude of a tensor: a readable fingerprint.</summary>
internal static class MeanAbsolute
{
    /// <summary>Short enough that a float32 sum of a block keeps about six digits; the blocks are added in double.</summary>
    private const int Block = 4096;

    public static double Of(CheckpointTensor tensor)
    {
        if (tensor.ElementCount == 0)
        {
            return 0;
        }

        if (tensor.ElementType == TensorElementType.Float32 && tensor.TryGetContiguousBytes(out ReadOnlySpan<byte> bytes))
        {
            return Sum(MemoryMarshal.Cast<byte, float>(bytes)) / tensor.ElementCount;
        }

        int count = checked((int)tensor.ElementCount);
        float[] elements = ArrayPool<float>.Shared.Rent(count);
        tensor.CopyTo(elements.AsSpan(0, count));
        double mean = Sum(elements.AsSpan(0, count)) / count;
        ArrayPool<float>.Shared.Return(elements);
        return mean;
    }

    private static double Sum(ReadOnlySpan<float> elements)
    {
        double sum = 0;
        for (; elements.Length > Block; elements = elements[Block..])
        {
            sum += TensorPrimitives.SumOfMagnitudes(elements[..Block]);
        }

        return sum + TensorPrimitives.SumOfMagnitudes(elements);
    }
}
