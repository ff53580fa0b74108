using VampNet.Inference.Sessions;
using VampNet.Quantization.Judging;

namespace VampNet.Quantization.Tests.Judging;

public class SpeedRatioTests
{
    private static readonly QuantizationLoss NoLoss = new(OutputKind.Signal, 1, double.PositiveInfinity, null, null, null);

    [Fact]
    public void Of_Turns_TakesMediansOfPairs()
    {
        SpeedRatio ratio = SpeedRatio.Of([(10, 5), (30, 10), (12, 12)]);
        Assert.Equal(
            (12, 10, 2, 1, 3),
            (ratio.ReferenceMilliseconds, ratio.CandidateMilliseconds, ratio.Ratio, ratio.Lowest, ratio.Highest)
        );
        Assert.Equal(1, ratio.Spread);
    }

    [Theory]
    [InlineData(1.0, 3.0)]
    [InlineData(0.3, 1.0)]
    [InlineData(0.9, 1.3)]
    public void Describe_TurnsOnBothSidesOfOrAtEqualSpeed_NamesNoRatio(double low, double high) =>
        Assert.StartsWith("no difference measured (turns from ", SpeedRatio.Of([(low, 1), (high, 1)]).Describe(), StringComparison.Ordinal);

    [Theory]
    [InlineData(2.0, 2.5, "recommend: int8 2.25x (turns from 2.00 to 2.50), 26% of the size")]
    [InlineData(0.5, 0.75, "recommend: float32, int8 is 0.63x (turns from 0.50 to 0.75) here")]
    [InlineData(0.5, 2.0, "recommend: int8 for its size only (26%); speed here: no difference measured (turns from 0.50 to 2.00)")]
    public void Recommend_Ratio_NeverClaimsWhatTheTurnsDoNotShow(double low, double high, string expected)
    {
        SpeedRatio ratio = SpeedRatio.Of([(low, 1), (high, 1)]);
        Assert.Equal(expected, new QuantizationJudgement(NoLoss, ratio, 100, 26).Recommend("int8"));
    }

    [Theory]
    [InlineData(0.04, 0.05, "recommend: float32, int8 is 0.05x (turns from 0.04 to 0.05) here on cuda:0 use_tf32=1")]
    [InlineData(2.0, 2.5, "recommend: int8 2.25x (turns from 2.00 to 2.50) here on cuda:0 use_tf32=1, 26% of the size")]
    public void Recommend_OnAGpu_NamesIt(double low, double high, string expected)
    {
        SpeedRatio ratio = SpeedRatio.Of([(low, 1), (high, 1)]);
        SessionProvider gpu = new("cuda:0 use_tf32=1", _ => { });

        Assert.Equal(expected, new QuantizationJudgement(NoLoss, ratio, 100, 26).Recommend("int8", gpu));
    }

    [Fact]
    public void Recommend_NeitherFasterNorSmaller_IsFloat32() =>
        Assert.StartsWith(
            "recommend: float32, int8 is not smaller (185%); speed here: ",
            new QuantizationJudgement(NoLoss, new(1, 1, 1, 0.9, 1.1), 100, 185).Recommend("int8"),
            StringComparison.Ordinal
        );

    [Fact]
    public void Recommend_AnErrorLargerThanTheOutput_IsFloat32HoweverFast() =>
        Assert.Equal(
            "recommend: float32, the error of int8 is larger than the output itself (SQNR -12.3 dB)",
            new QuantizationJudgement(NoLoss with { SignalToNoise = -12.3 }, new(2, 1, 2, 1.9, 2.1), 100, 26).Recommend("int8")
        );
}
