using VampNet.Inference.Comparison;

namespace VampNet.Inference.Tests.Comparison;

public sealed class TensorComparerTests
{
    [Fact]
    public void Compare_OneElementOff_ReportsItsIndexAndBothValues()
    {
        float[] expected = [.. Enumerable.Range(0, 24).Select(i => (float)i)];
        float[] actual = [.. expected];
        actual[17] = 17.5f;

        TensorDifference difference = TensorComparer.Compare(expected, actual, [2, 3, 4]);

        Assert.Equal([1, 1, 1], difference.Worst.Index);
        Assert.Equal(17f, difference.Worst.Expected);
        Assert.Equal(17.5f, difference.Worst.Actual);
        Assert.Equal(0.5, difference.Worst.AbsoluteError);
        Assert.Equal(0.5 / 24, difference.MeanAbsoluteError);
        Assert.True(difference.IsWithin(0.5));
        Assert.False(difference.IsWithin(0.4999));
    }

    [Theory]
    [InlineData(float.NaN, float.NaN)]
    [InlineData(float.PositiveInfinity, float.PositiveInfinity)]
    [InlineData(1f, float.NegativeInfinity)]
    public void Compare_NonFiniteElement_FailsEvenWhenBothSidesHaveIt(float expected, float actual)
    {
        TensorDifference difference = TensorComparer.Compare([0, 5, expected], [0, 9, actual], [3]);

        Assert.Equal(1, difference.NonFinite);
        Assert.Equal([2], difference.Worst.Index);
        Assert.False(difference.IsWithin(double.MaxValue));
    }

    [Fact]
    public void Compare_OnlyNonFiniteElements_HasNoMean() =>
        Assert.True(double.IsNaN(TensorComparer.Compare([float.NaN], [1], [1]).MeanAbsoluteError));

    [Fact]
    public void Compare_LargeOppositeValues_DoesNotOverflow()
    {
        TensorDifference difference = TensorComparer.Compare([float.MaxValue], [-float.MaxValue], [1]);

        Assert.Equal(2.0 * float.MaxValue, difference.Worst.AbsoluteError);
    }

    [Fact]
    public void Compare_CountsThatDisagree_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => TensorComparer.Compare([1, 2], [1], [2]));
        Assert.Throws<ArgumentException>(() => TensorComparer.Compare([1, 2], [1, 2], [3]));
        Assert.Throws<ArgumentException>(() => TensorComparer.Compare([], [], [0]));
    }

    [Fact]
    public void ToString_OfAnElement_ShowsPlaceAndRoundTrippingValues() =>
        Assert.Equal("[0] expected 0.1, actual 0.10000001", TensorComparer.Compare([0.1f], [0.10000001f], [1]).Worst.ToString());
}
