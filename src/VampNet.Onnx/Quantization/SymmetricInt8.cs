using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using VampNet.Onnx.Quantization.Refinement;

namespace VampNet.Onnx.Quantization;

/// <summary>
/// A float32 tensor in symmetric int8: q = round(w / scale) half to even, zero point 0. Over the elements that share it,
/// <code>
/// Full, SevenBit  scale = max |w| / limit
/// PairSafe        scale = max (|w| + |its neighbour|) / 126, so that two halves rounded up give at most 128
/// </code>
/// Elements that are all zero take scale 1, so that they stay zero.
/// </summary>
internal sealed class SymmetricInt8
{
    private const int FullLimit = 127;
    private const int SevenBitLimit = 63;
    private const float MinNormal = 1.17549435e-38f;

    private readonly TensorData _source;
    private readonly ChannelLayout _layout;
    private readonly float _limit;
    private sbyte[]? _compensated;

    private SymmetricInt8(TensorData source, ChannelLayout layout, int limit, float[] scales)
    {
        (_source, _layout, _limit, Scales) = (source, layout, limit, scales);
    }

    /// <summary>One scale for each channel.</summary>
    public float[] Scales { get; }

    /// <summary>Weight power over error power, in decibels.</summary>
    public double SignalToNoise { get; private set; }

    /// <summary>The integers, produced only while they are written.</summary>
    public TensorData ToTensor() =>
        _compensated is not null
            ? TensorData.FromBytes(ElementType.Int8, MemoryMarshal.AsBytes(_compensated.AsSpan()).ToArray(), _source.Shape.AsSpan())
            : TensorData.Lazy(ElementType.Int8, _source.Shape.AsSpan(), bytes => Quantize(MemoryMarshal.Cast<byte, sbyte>(bytes)));

    /// <summary>Chooses the scales of a tensor whose integers are only restored, never multiplied: the full range.</summary>
    /// <inheritdoc cref="Choose(string, TensorData, int?, WeightRange, int?)"/>
    public static SymmetricInt8 Choose(string name, TensorData source, int? channelAxis) =>
        Choose(name, source, channelAxis, WeightRange.Full, null);

    /// <summary>Chooses the scales of a tensor that integers multiply.</summary>
    /// <param name="name">The tensor's name, for messages.</param>
    /// <param name="source">The tensor.</param>
    /// <param name="channelAxis">The axis whose every index has a scale of its own; null for one scale in all.</param>
    /// <param name="range">Range of int8 to use.</param>
    /// <param name="summedAxis">The axis along which a product's neighbours lie; null when any two elements may be neighbours.</param>
    /// <exception cref="OnnxException">An element is NaN or infinite (<see cref="DiagnosticIds.WeightNotFinite"/>).</exception>
    public static SymmetricInt8 Choose(string name, TensorData source, int? channelAxis, WeightRange range, int? summedAxis)
    {
        using FloatContents contents = new(source);
        ChannelLayout layout = ChannelLayout.Of(source.Shape.AsSpan(), channelAxis);
        (int limit, float[] scales) = range switch
        {
            WeightRange.Full => (FullLimit, layout.MaxMagnitudes(contents.Values)),
            WeightRange.PairSafe when summedAxis is { } axis => (
                2 * SevenBitLimit,
                NeighbourSums.Largest(contents.Values, source.Shape.AsSpan(), axis, channelAxis)
            ),
            _ => (SevenBitLimit, layout.MaxMagnitudes(contents.Values)),
        };
        foreach (ref float scale in scales.AsSpan())
        {
            if (!float.IsFinite(scale))
            {
                throw QuantizationPreconditions.NotFinite(name);
            }

            // A subnormal maximum divided by the limit may become zero; such a channel counts as zero.
            scale = scale / limit is >= MinNormal and float step ? step : 1;
        }

        SymmetricInt8 quantized = new(source, layout, limit, scales);
        quantized.SignalToNoise = quantized.MeasureSignalToNoise(contents.Values);
        return quantized;
    }

    /// <summary>Rounds a matrix of K rows again by GPTQ, so that rows compensate one another's errors (<see cref="CompensatedRounding"/>).
    /// The integers are kept.</summary>
    /// <param name="range">The range that the scales were chosen for.</param>
    /// <param name="feedback">From the moments of the activation that it multiplies.</param>
    public void Compensate(WeightRange range, float[] feedback)
    {
        using FloatContents contents = new(_source);
        float[] values = contents.Values.ToArray();
        _compensated = CompensatedRounding.Round(values, Scales, range, feedback);
        double noise = 0;
        for (int i = 0; i < values.Length; i++)
        {
            double error = values[i] - (_compensated[i] * Scales[i % Scales.Length]);
            noise += error * error;
        }

        SignalToNoise = Decibels.Of(TensorPrimitives.SumOfSquares<float>(values), noise);
    }

    private void Quantize(Span<sbyte> destination)
    {
        using FloatContents contents = new(_source);
        float[] buffer = ArrayPool<float>.Shared.Rent(_layout.RunLength);
        foreach (ChannelRun run in _layout.Runs())
        {
            Span<float> steps = buffer.AsSpan(0, run.Length);
            Round(contents.Values.Slice(run.Start, run.Length), run.Scales(Scales), steps);
            TensorPrimitives.ConvertTruncating<float, sbyte>(steps, destination.Slice(run.Start, run.Length));
        }

        ArrayPool<float>.Shared.Return(buffer);
    }

    private double MeasureSignalToNoise(ReadOnlySpan<float> values)
    {
        double signal = 0;
        double noise = 0;
        float[] buffer = ArrayPool<float>.Shared.Rent(_layout.RunLength);
        foreach (ChannelRun run in _layout.Runs())
        {
            Span<float> restored = buffer.AsSpan(0, run.Length);
            ReadOnlySpan<float> original = values.Slice(run.Start, run.Length);
            ReadOnlySpan<float> scales = run.Scales(Scales);
            Round(original, scales, restored);
            Multiply(restored, scales);
            TensorPrimitives.Subtract(restored, original, restored);
            signal += TensorPrimitives.SumOfSquares(original);
            noise += TensorPrimitives.SumOfSquares<float>(restored);
        }

        ArrayPool<float>.Shared.Return(buffer);
        return Decibels.Of(signal, noise);
    }

    private void Round(ReadOnlySpan<float> values, ReadOnlySpan<float> scales, Span<float> steps)
    {
        if (scales.Length == 1)
        {
            TensorPrimitives.Divide(values, scales[0], steps);
        }
        else
        {
            TensorPrimitives.Divide(values, scales, steps);
        }

        TensorPrimitives.Round(steps, steps);
        TensorPrimitives.Clamp(steps, -_limit, _limit, steps);
    }

    private static void Multiply(Span<float> steps, ReadOnlySpan<float> scales)
    {
        if (scales.Length == 1)
        {
            TensorPrimitives.Multiply(steps, scales[0], steps);
        }
        else
        {
            TensorPrimitives.Multiply(steps, scales, steps);
        }
    }
}
