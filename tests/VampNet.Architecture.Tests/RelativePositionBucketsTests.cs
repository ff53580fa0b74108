using VampNet.Checkpoints;
using VampNet.TestSupport;

namespace VampNet.Architecture.Tests;

public sealed class RelativePositionBucketsTests
{
    [Fact]
    public void Of_EveryGoldenPosition_IsUpstreamsBucket()
    {
        using Checkpoint golden = Checkpoint.Open(Golden.Path("tiny/relative_position_buckets.safetensors"));
        long[] positions = golden.Tensors["relative_position"].ToInt64s();
        long[] buckets = golden.Tensors["bucket"].ToInt64s();

        Assert.Equal(4097, positions.Length);
        Assert.Equal(buckets, positions.Select(position => (long)RelativePositionBuckets.Of(position)));
    }

    [Theory]
    [InlineData(long.MinValue, 15)]
    [InlineData(long.MaxValue, 31)]
    public void Of_FarthestPositions_Saturate(long position, int bucket) => Assert.Equal(bucket, RelativePositionBuckets.Of(position));

    [Fact]
    public void Table_ClippedPosition_IsExactAtAnyDistance()
    {
        int[] table = RelativePositionBuckets.Table();

        Assert.Equal(257, table.Length);
        Assert.All(
            Enumerable.Range(-3000, 6001),
            position => Assert.Equal(RelativePositionBuckets.Of(position), table[Math.Clamp(position, -128, 128) + 128])
        );
    }
}
