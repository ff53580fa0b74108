using VampNet.Inference.Comparison;

namespace VampNet.Inference.Tests.Comparison;

public sealed class UlpDistanceTests
{
    [Theory]
    [InlineData(1f, 1f, 0)]
    [InlineData(0f, -0f, 0)]
    [InlineData(float.Epsilon, -float.Epsilon, 2)]
    [InlineData(float.MaxValue, float.PositiveInfinity, 1)]
    [InlineData(float.NegativeInfinity, float.PositiveInfinity, 4278190080)]
    public void Between_Numbers_CountsTheStepsBetween(float left, float right, long expected)
    {
        Assert.Equal(expected, UlpDistance.Between(left, right));
        Assert.Equal(expected, UlpDistance.Between(right, left));
    }

    [Fact]
    public void Between_Neighbours_IsOne()
    {
        foreach (float value in (float[])[1f, -1f, 3.25e-20f, -7e20f])
        {
            Assert.Equal(1, UlpDistance.Between(value, MathF.BitIncrement(value)));
        }
    }

    [Fact]
    public void Between_NaN_IsInfinitelyFar() => Assert.Equal(long.MaxValue, UlpDistance.Between(float.NaN, float.NaN));
}
