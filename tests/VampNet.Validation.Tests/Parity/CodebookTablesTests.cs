using VampNet.Inference.Comparison;
using VampNet.Validation.Parity;

namespace VampNet.Validation.Tests.Parity;

public sealed class CodebookTablesTests
{
    // Two codebooks of three rows of width 2.
    private static readonly CodebookTables Tables = new(
        [
            [1, 0, 0, 1, -1, 0],
            [1, 0, 0, 2, 0, -1],
        ],
        2
    );

    // [B, C*dim, T] = [1, 4, 3]: codebook 0 looks up (1,0), (0,1), (3,3); codebook 1 looks up (1,0), (0,1), (0,-1).
    private static readonly float[] Latents =
    [
        1,
        0,
        3, /**/
        0,
        1,
        3, /**/
        1,
        0,
        0, /**/
        0,
        1,
        -1,
    ];

    private static readonly CodesTensor Expected = new(
        [
            0,
            1,
            0, /**/
            0,
            1,
            2,
        ],
        1,
        2,
        3
    );

    [Fact]
    public void Compare_EqualCodes_CountsEveryChoice()
    {
        TokenAgreement agreement = Tables.Compare(Expected, Expected, Latents);

        Assert.Equal((6, 0), (agreement.Positions, agreement.Disagreements));
    }

    [Fact]
    public void Compare_ChoiceBetweenEquallyCloseRows_HasNoMargin()
    {
        TokenAgreement agreement = Tables.Compare(Expected, Expected with { Values = [0, 1, 1, 0, 1, 2] }, Latents);

        TokenDisagreement tie = Assert.Single(agreement.Widest);
        Assert.Equal([0, 0, 2], tie.Position);
        Assert.Equal(0, tie.Margin, 1e-12);
        Assert.Equal(5, agreement.Positions);
    }

    [Fact]
    public void Compare_WrongChoice_HasTheDifferenceOfCosines()
    {
        TokenAgreement agreement = Tables.Compare(Expected, Expected with { Values = [0, 2, 0, 0, 1, 2] }, Latents);

        Assert.Equal(1, Assert.Single(agreement.Widest).Margin, 1e-12);
    }

    [Fact]
    public void Compare_AfterAFramesFirstDisagreement_NothingIsCounted()
    {
        TokenAgreement agreement = Tables.Compare(Expected, Expected with { Values = [1, 1, 0, 2, 1, 2] }, Latents);

        Assert.Equal((5, 1), (agreement.Positions, agreement.Disagreements));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public void Compare_CodeThatIsNoRow_IsNeverATie(long code)
    {
        TokenAgreement agreement = Tables.Compare(Expected, Expected with { Values = [0, 1, 0, 0, 1, code] }, Latents);

        Assert.Equal(double.PositiveInfinity, agreement.WidestMargin);
    }
}
