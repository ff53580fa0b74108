using System.Numerics.Tensors;

namespace VampNet.Onnx.Quantization.Calibration;

/// <summary>
/// Histogram of an activation's values, in a fixed number of equal bins: memory does not grow with the number of values. When a
/// value lies beyond the bins, these are merged in pairs until it fits, so the order of samples changes the counts by no more
/// than a bin's width.
/// </summary>
public sealed class ActivationHistogram
{
    /// <summary>The number of bins; half of them on either side of 0.</summary>
    public const int BinCount = 4096;

    private const int Half = BinCount / 2;
    private readonly long[] _counts = new long[BinCount];

    /// <summary>The width of a bin; 0 while only zeros were seen.</summary>
    public double BinWidth { get; private set; }

    /// <summary>The number of values counted.</summary>
    public long Count { get; private set; }

    /// <summary>The smallest value seen; positive infinity before the first.</summary>
    public float Minimum { get; private set; } = float.PositiveInfinity;

    /// <summary>The largest value seen; negative infinity before the first.</summary>
    public float Maximum { get; private set; } = float.NegativeInfinity;

    /// <summary>The number of values in each bin; bin i covers (i - BinCount / 2) * BinWidth and up.</summary>
    public ReadOnlySpan<long> Counts => _counts;

    /// <summary>The lower edge of a bin.</summary>
    public double LowerEdge(int bin) => (bin - Half) * BinWidth;

    /// <summary>Counts values.</summary>
    /// <exception cref="OnnxException">A value is NaN or infinite (<see cref="DiagnosticIds.ActivationNotFinite"/>).</exception>
    public void Add(string name, ReadOnlySpan<float> values)
    {
        if (values.IsEmpty)
        {
            return;
        }

        float minimum = TensorPrimitives.Min(values);
        float maximum = TensorPrimitives.Max(values);
        if (!float.IsFinite(minimum) || !float.IsFinite(maximum))
        {
            throw new OnnxException(
                DiagnosticIds.ActivationNotFinite,
                found: $"NaN or infinity in the activation '{name}' while calibrating",
                expected: "finite numbers",
                advice: "Check the calibration data and the model in floating point first"
            );
        }

        Minimum = Math.Min(Minimum, minimum);
        Maximum = Math.Max(Maximum, maximum);
        Cover(Math.Max(-(double)minimum, maximum));
        Count += values.Length;
        if (BinWidth == 0)
        {
            _counts[Half] += values.Length;
            return;
        }

        double inverse = 1 / BinWidth;
        foreach (float value in values)
        {
            _counts[Math.Clamp((int)Math.Floor(value * inverse) + Half, 0, BinCount - 1)]++;
        }
    }

    private void Cover(double magnitude)
    {
        if (BinWidth == 0)
        {
            // The first bin width is a power of two, so that equal data in another order ends in the same bins.
            BinWidth = magnitude == 0 ? 0 : Math.ScaleB(1, (int)Math.Ceiling(Math.Log2(magnitude))) / Half;
            return;
        }

        while (BinWidth * Half < magnitude)
        {
            MergePairs();
        }
    }

    private void MergePairs()
    {
        long[] merged = new long[BinCount];
        for (int bin = 0; bin < BinCount; bin++)
        {
            merged[(Half / 2) + (bin / 2)] += _counts[bin];
        }

        merged.CopyTo(_counts, 0);
        BinWidth *= 2;
    }
}
