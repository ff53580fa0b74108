using System.Numerics.Tensors;

namespace VampNet.Onnx.Quantization;

/// <summary>
/// Layout of the channels of a row-major tensor in memory: element (outer, channel, inner) at (outer * Channels + channel) * Inner + inner.
/// </summary>
/// <param name="Outer">The product of the dimensions before the channel axis.</param>
/// <param name="Channels">The length of the channel axis.</param>
/// <param name="Inner">The product of the dimensions after it.</param>
internal readonly record struct ChannelLayout(int Outer, int Channels, int Inner)
{
    /// <summary>The number of elements in each run: one index of <see cref="Outer"/> when channels lie side by side, else one channel's
    /// stretch.</summary>
    public int RunLength => Inner == 1 ? Channels : Inner;

    /// <summary>The layout of a shape.</summary>
    /// <param name="shape">The dimensions.</param>
    /// <param name="axis">The channel axis; null for one channel that holds all.</param>
    public static ChannelLayout Of(ReadOnlySpan<long> shape, int? axis)
    {
        if (axis is not { } channelAxis)
        {
            // In pieces of the first dimension, so that a run's buffer stays small.
            int rows = shape.Length == 0 ? 1 : checked((int)shape[0]);
            return new ChannelLayout(rows, 1, Product(shape) / Math.Max(rows, 1));
        }

        return new ChannelLayout(Product(shape[..channelAxis]), checked((int)shape[channelAxis]), Product(shape[(channelAxis + 1)..]));
    }

    /// <summary>The stretches of memory to work through, each with one scale, or with a scale for each element.</summary>
    public IEnumerable<ChannelRun> Runs()
    {
        int runs = Inner == 1 ? Outer : Outer * Channels;
        for (int i = 0; i < runs; i++)
        {
            yield return new ChannelRun(i * RunLength, RunLength, Inner == 1 ? null : i % Channels);
        }
    }

    /// <summary>The largest |element| of each channel; NaN or infinity when the channel has one.</summary>
    public float[] MaxMagnitudes(ReadOnlySpan<float> values)
    {
        float[] maxima = new float[Channels];
        foreach (ChannelRun run in Runs())
        {
            ReadOnlySpan<float> elements = values.Slice(run.Start, run.Length);
            if (run.Channel is { } channel)
            {
                maxima[channel] = MathF.MaxMagnitude(maxima[channel], TensorPrimitives.MaxMagnitude(elements));
            }
            else
            {
                TensorPrimitives.MaxMagnitude(maxima, elements, maxima);
            }
        }

        TensorPrimitives.Abs(maxima, maxima);
        return maxima;
    }

    private static int Product(ReadOnlySpan<long> dimensions) =>
        dimensions.IsEmpty ? 1 : checked((int)TensorPrimitives.Product(dimensions));
}

/// <summary>A stretch of a tensor's memory.</summary>
/// <param name="Start">Its first element.</param>
/// <param name="Length">Its number of elements.</param>
/// <param name="Channel">The channel that all its elements belong to; null when element i belongs to channel i.</param>
internal readonly record struct ChannelRun(int Start, int Length, int? Channel)
{
    /// <summary>The scales that apply to the run: one, or one for each element.</summary>
    public ReadOnlySpan<float> Scales(float[] scales) => Channel is { } channel ? scales.AsSpan(channel, 1) : scales;
}
