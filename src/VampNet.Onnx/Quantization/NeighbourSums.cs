using System.Buffers;
using System.Numerics.Tensors;

namespace VampNet.Onnx.Quantization;

/// <summary>The largest |a| + |b| over neighbours in a product's sum: elements 2i and 2i + 1 along the axis that is summed over.</summary>
internal static class NeighbourSums
{
    /// <summary>The largest sum for each channel; a last element without a neighbour counts alone.</summary>
    /// <param name="values">The elements, row-major.</param>
    /// <param name="shape">Their dimensions.</param>
    /// <param name="summedAxis">The axis that the product sums over; another axis than the channels'.</param>
    /// <param name="channelAxis">The axis of channels; null for one channel that holds all.</param>
    public static float[] Largest(ReadOnlySpan<float> values, ReadOnlySpan<long> shape, int summedAxis, int? channelAxis)
    {
        long[] halved = shape.ToArray();
        halved[summedAxis] = (halved[summedAxis] + 1) / 2;
        int count = checked((int)TensorPrimitives.Product<long>(halved));
        float[] sums = ArrayPool<float>.Shared.Rent(count);
        try
        {
            Add(values, ChannelLayout.Of(shape, summedAxis), sums);
            return ChannelLayout.Of(halved, channelAxis).MaxMagnitudes(sums.AsSpan(0, count));
        }
        finally
        {
            ArrayPool<float>.Shared.Return(sums);
        }
    }

    private static void Add(ReadOnlySpan<float> values, ChannelLayout along, Span<float> sums)
    {
        int written = 0;
        for (int outer = 0; outer < along.Outer; outer++)
        {
            for (int i = 0; i < along.Channels; i += 2)
            {
                int start = ((outer * along.Channels) + i) * along.Inner;
                Span<float> sum = sums.Slice(written, along.Inner);
                TensorPrimitives.Abs(values.Slice(start, along.Inner), sum);
                if (i + 1 < along.Channels)
                {
                    ReadOnlySpan<float> neighbour = values.Slice(start + along.Inner, along.Inner);
                    for (int k = 0; k < sum.Length; k++)
                    {
                        sum[k] += Math.Abs(neighbour[k]);
                    }
                }

                written += along.Inner;
            }
        }
    }
}
