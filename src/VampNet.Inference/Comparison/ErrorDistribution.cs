using System.Collections.Immutable;

namespace VampNet.Inference.Comparison;

/// <summary>The distribution of the differences of two tensors: it shows whether the worst element is an outlier.</summary>
/// <param name="Elements">Number of elements that are finite on both sides; the others have no difference.</param>
/// <param name="Equal">Number of equal elements.</param>
/// <param name="Median">The median of |expected - actual|; NaN without a finite element.</param>
/// <param name="Percentile99">Of 100 elements, 99 differ by this much or less.</param>
/// <param name="Percentile999">Of 1,000 elements, 999 differ by this much or less.</param>
/// <param name="Buckets">Number of elements that differ by 10^(i/2 - 12) up to 10^((i+1)/2 - 12), for each i from 0 to
/// <see cref="BucketCount"/> - 1; what lies beyond either end is counted in the outermost.</param>
public sealed record ErrorDistribution(
    long Elements,
    long Equal,
    double Median,
    double Percentile99,
    double Percentile999,
    ImmutableArray<long> Buckets
)
{
    /// <summary>Number of buckets: from 1e-12, below any float32 rounding that matters, to 1.</summary>
    public const int BucketCount = 24;

    private const int BucketsInADecade = 2;
    private const int LowestPower = -12;

    /// <summary>The least difference of a bucket.</summary>
    public static double LowerEdge(int bucket) => Math.Pow(10, ((double)bucket / BucketsInADecade) + LowestPower);

    /// <summary>Measures the differences of two tensors of one shape.</summary>
    public static ErrorDistribution Of(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        double[] errors = new double[expected.Length];
        long[] buckets = new long[BucketCount];
        int count = 0,
            equal = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            double error = Math.Abs((double)expected[i] - actual[i]);
            if (!double.IsFinite(error))
            {
                continue;
            }

            errors[count++] = error;
            if (error == 0)
            {
                equal++;
            }
            else
            {
                buckets[BucketOf(error)]++;
            }
        }

        Span<double> sorted = errors.AsSpan(0, count);
        sorted.Sort();
        return new ErrorDistribution(count, equal, Quantile(sorted, 0.5), Quantile(sorted, 0.99), Quantile(sorted, 0.999), [.. buckets]);
    }

    private static int BucketOf(double error) =>
        Math.Clamp((int)Math.Floor((Math.Log10(error) - LowestPower) * BucketsInADecade), 0, BucketCount - 1);

    // The least difference that at least this share of the elements does not exceed.
    private static double Quantile(ReadOnlySpan<double> sorted, double share) =>
        sorted.IsEmpty ? double.NaN : sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
}
