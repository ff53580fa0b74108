using VampNet.Inference.Comparison;

namespace VampNet.Inference.Tests.Comparison;

public sealed class ErrorDistributionTests
{
    [Fact]
    public void Of_DifferencesOfKnownSize_CountsEachInItsHalfDecade()
    {
        // 0, 0, 2e-3, 5e-3 and 2: the last lies beyond the outermost bucket.
        ErrorDistribution found = ErrorDistribution.Of([1, 2, 0, 0, 0], [1, 2, 0.002f, -0.005f, 2]);

        Assert.Equal((5, 2), (found.Elements, found.Equal));
        int[] filled = [.. Enumerable.Range(0, ErrorDistribution.BucketCount).Where(bucket => found.Buckets[bucket] > 0)];
        Assert.Equal([18, 19, ErrorDistribution.BucketCount - 1], filled);
        Assert.Equal(1e-3, ErrorDistribution.LowerEdge(18), 1e-12);
        Assert.Equal(3, found.Buckets.Sum());
    }

    [Fact]
    public void Of_AThousandElements_GivesTheDifferencesThatSharesOfThemDoNotExceed()
    {
        float[] actual = [.. Enumerable.Range(1, 1000).Select(i => (float)i)];

        ErrorDistribution found = ErrorDistribution.Of(new float[1000], actual);

        Assert.Equal((500, 990, 999), (found.Median, found.Percentile99, found.Percentile999));
    }

    [Fact]
    public void Of_NotANumber_IsNoDifference()
    {
        ErrorDistribution found = ErrorDistribution.Of([float.NaN, 1], [0, float.PositiveInfinity]);

        Assert.Equal(0, found.Elements);
        Assert.Equal(double.NaN, found.Median);
    }
}
