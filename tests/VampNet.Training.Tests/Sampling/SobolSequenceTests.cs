using VampNet.Training.Sampling;

namespace VampNet.Training.Tests.Sampling;

public sealed class SobolSequenceTests
{
    [Theory]
    [InlineData(0, 64)]
    [InlineData(64, 64)]
    [InlineData(4096, 1024)]
    public void Points_OfAnyBlock_LieOneInEachPart(long first, int count)
    {
        SobolSequence sequence = new(seed: 11);

        int[] parts = [.. Enumerable.Range(0, count).Select(i => (int)(sequence[first + i] * count)).Order()];

        Assert.Equal(Enumerable.Range(0, count), parts);
    }

    [Fact]
    public void Points_OfOtherSeeds_AreOthers()
    {
        Assert.NotEqual(new SobolSequence(1)[5], new SobolSequence(2)[5]);
        Assert.Equal(new SobolSequence(1)[5], new SobolSequence(1)[5]);
    }
}
