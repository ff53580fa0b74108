using VampNet.Inference.Comparison;

namespace VampNet.Inference.Tests.Comparison;

public sealed class TokenComparerTests
{
    [Fact]
    public void CompareArgmax_OneFlip_ReportsPositionTokensAndMargin()
    {
        float[] expected =
        [
            1,
            2,
            3, /**/
            9,
            1,
            8.5f,
        ];
        float[] actual =
        [
            1,
            2,
            3, /**/
            9,
            1,
            9.5f,
        ];

        TokenAgreement agreement = TokenComparer.CompareArgmax(expected, actual, [1, 2, 3]);

        Assert.Equal(2, agreement.Positions);
        Assert.Equal(0.5, agreement.Share);
        TokenDisagreement miss = Assert.Single(agreement.Widest);
        Assert.Equal([0, 1], miss.Position);
        Assert.Equal((0, 2, 0.5), (miss.Expected, miss.Actual, miss.Margin));
    }

    [Fact]
    public void CompareArgmax_EqualMaxima_TheFirstWins()
    {
        TokenAgreement agreement = TokenComparer.CompareArgmax([4, 4, 0], [4, 3, 4], [3]);

        Assert.Equal(0, agreement.Disagreements);
        Assert.Equal(0, agreement.WidestMargin);
    }

    [Fact]
    public void Summarize_MoreThanAreKept_CountsAllAndKeepsTheWidest()
    {
        TokenDisagreement[] all = [.. Enumerable.Range(0, 100).Select(i => new TokenDisagreement([i], 0, 1, i))];

        TokenAgreement agreement = TokenComparer.Summarize(1000, all);

        Assert.Equal(100, agreement.Disagreements);
        Assert.Equal(TokenAgreement.KeptDisagreements, agreement.Widest.Length);
        Assert.Equal(99, agreement.WidestMargin);
    }

    [Fact]
    public void Summarize_NaNMargin_IsTheWidest()
    {
        TokenAgreement agreement = TokenComparer.Summarize(2, [new([0], 0, 1, 5), new([1], 0, 1, double.NaN)]);

        Assert.True(double.IsNaN(agreement.WidestMargin));
    }
}
