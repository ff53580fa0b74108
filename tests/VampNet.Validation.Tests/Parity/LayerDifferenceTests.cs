using VampNet.Validation.Parity;

namespace VampNet.Validation.Tests.Parity;

public sealed class LayerDifferenceTests
{
    [Fact]
    public void Of_TwoOutputs_GivesTheErrorsAndWhatToSeeThemAgainst() =>
        Assert.Equal(new LayerDifference("a", 0.25, 0.5, 8), LayerDifference.Of("a", [1, -8], [1.5f, -8]));

    [Fact]
    public void Of_NotANumber_IsTheWorst() => Assert.Equal(double.NaN, LayerDifference.Of("a", [1, 2], [float.NaN, 2]).WorstAbsoluteError);
}
