using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using VampNet.Onnx.Quantization.Calibration;

namespace VampNet.Onnx.Quantization;

/// <summary>The normal range of float16: magnitudes from 2^-14, below which precision is lost, to 65504.</summary>
internal static class Float16Range
{
    /// <summary>The largest share of a constant's nonzero elements that may be subnormal; with more, too much precision is lost.</summary>
    public const double MaxSubnormalShare = 0.05;

    /// <summary>Headroom: the factor by which an activation may exceed its calibrated range on other inputs.</summary>
    public const float ActivationHeadroom = 2;

    private const float Largest = 65504;
    private const float SmallestNormal = 6.103515625e-5f;
    private const int Chunk = 1 << 14;

    /// <summary>Reason why a constant must stay float32; null when it need not. Infinities have a float16 form.</summary>
    /// <exception cref="OnnxException">An element is NaN (<see cref="DiagnosticIds.WeightNotFinite"/>).</exception>
    public static string? ReasonAgainst(string name, TensorData data)
    {
        using FloatContents contents = new(data);
        long subnormal = 0;
        long nonzero = 0;
        foreach (float value in contents.Values)
        {
            float magnitude = MathF.Abs(value);
            if (float.IsNaN(value))
            {
                throw QuantizationPreconditions.NotFinite(name);
            }

            if (magnitude > Largest && float.IsFinite(value))
            {
                return $"'{name}' holds {Show(value)}, beyond float16";
            }

            nonzero += magnitude > 0 ? 1 : 0;
            subnormal += magnitude is > 0 and < SmallestNormal ? 1 : 0;
        }

        return subnormal > MaxSubnormalShare * nonzero
            ? $"'{name}' is {(subnormal / (double)nonzero).ToString("0%", CultureInfo.InvariantCulture)} subnormal in float16"
            : null;
    }

    /// <summary>Reason why an activation must stay float32; null when it need not.</summary>
    public static string? ReasonAgainst(string name, ActivationRange range)
    {
        float magnitude = Math.Max(Math.Abs(range.Minimum), Math.Abs(range.Maximum));
        return float.IsNaN(magnitude) ? $"'{name}' was NaN"
            : magnitude * ActivationHeadroom > Largest ? $"'{name}' reached {Show(magnitude)}, too near the end of float16"
            : magnitude is > 0 and < SmallestNormal ? $"'{name}' never passed {Show(magnitude)}, subnormal in float16"
            : null;
    }

    /// <summary>The tensor in float16, rounded to nearest even while it is written.</summary>
    public static TensorData Convert(TensorData data) =>
        TensorData.Lazy(
            ElementType.Float16,
            data.Shape.AsSpan(),
            bytes =>
            {
                using FloatContents contents = new(data);
                TensorPrimitives.ConvertToHalf(contents.Values, MemoryMarshal.Cast<byte, Half>(bytes));
            }
        );

    /// <summary>Power of a tensor's finite elements over the power of their rounding errors, in decibels.</summary>
    public static double SignalToNoise(TensorData data)
    {
        using FloatContents contents = new(data);
        Half[] halves = new Half[Math.Min(Chunk, contents.Values.Length)];
        float[] restored = new float[halves.Length];
        double signal = 0;
        double noise = 0;
        for (int start = 0; start < contents.Values.Length; start += Chunk)
        {
            ReadOnlySpan<float> values = contents.Values[start..Math.Min(start + Chunk, contents.Values.Length)];
            TensorPrimitives.ConvertToHalf(values, halves);
            TensorPrimitives.ConvertToSingle(halves.AsSpan(0, values.Length), restored);
            for (int i = 0; i < values.Length; i++)
            {
                double error = float.IsFinite(values[i]) ? (double)values[i] - restored[i] : 0;
                signal += float.IsFinite(values[i]) ? (double)values[i] * values[i] : 0;
                noise += error * error;
            }
        }

        return Decibels.Of(signal, noise);
    }

    private static string Show(float value) => value.ToString("0.###e+0", CultureInfo.InvariantCulture);
}
