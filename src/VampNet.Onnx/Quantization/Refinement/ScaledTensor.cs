using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace VampNet.Onnx.Quantization.Refinement;

/// <summary>A float32 tensor whose slices along one axis are multiplied by factors when it is read.</summary>
internal static class ScaledTensor
{
    /// <summary>The product.</summary>
    /// <param name="data">The tensor.</param>
    /// <param name="axis">The axis that the factors go along.</param>
    /// <param name="start">The first index that is multiplied; those outside of the factors stay.</param>
    /// <param name="factors">One for each index from there.</param>
    public static TensorData Of(TensorData data, int axis, int start, float[] factors) =>
        TensorData.Lazy(
            ElementType.Float,
            data.Shape.AsSpan(),
            bytes => Multiply(data, axis, start, factors, MemoryMarshal.Cast<byte, float>(bytes))
        );

    private static void Multiply(TensorData data, int axis, int start, float[] factors, Span<float> destination)
    {
        data.CopyTo(MemoryMarshal.AsBytes(destination));
        ChannelLayout layout = ChannelLayout.Of(data.Shape.AsSpan(), axis);
        for (int outer = 0; outer < layout.Outer; outer++)
        {
            Span<float> channels = destination.Slice((outer * layout.Channels + start) * layout.Inner, factors.Length * layout.Inner);
            if (layout.Inner == 1)
            {
                TensorPrimitives.Multiply(channels, factors, channels);
                continue;
            }

            for (int i = 0; i < factors.Length; i++)
            {
                Span<float> channel = channels.Slice(i * layout.Inner, layout.Inner);
                TensorPrimitives.Multiply(channel, factors[i], channel);
            }
        }
    }
}
