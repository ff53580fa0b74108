using VampNet.Reporting.Benchmarking;

namespace VampNet.Reporting.Tests.Benchmarking;

public sealed class TimedRunsTests
{
    [Fact]
    public void Median_OddAndEvenNumberOfRuns_IsTheMiddle()
    {
        Assert.Equal(2, Runs(3, 1, 2).Median);
        Assert.Equal(2.5, Runs(4, 1, 2, 3).Median);
    }

    [Fact]
    public void Percentile95_BetweenTwoRuns_IsInterpolated() =>
        Assert.Equal(19.5, Runs([.. Enumerable.Range(1, 11).Select(i => i == 11 ? 29.0 : i)]).Percentile95, 1e-9);

    [Theory]
    [InlineData(100, 100, 115, false)]
    [InlineData(100, 100, 116, true)]
    [InlineData(84, 100, 100, true)]
    public void IsNoisy_SpreadOverFifteenPercent_IsTrue(double first, double second, double third, bool expected) =>
        Assert.Equal(expected, Runs(first, second, third).IsNoisy);

    private static TimedRuns Runs(params double[] milliseconds) => new(new EqualWork("g", "i", "", 1, 1, "p"), [.. milliseconds]);
}
