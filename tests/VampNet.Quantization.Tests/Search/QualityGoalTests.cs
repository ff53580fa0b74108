using VampNet.Inference.Comparison;
using VampNet.Quantization.Judging;
using VampNet.Quantization.Search;

namespace VampNet.Quantization.Tests.Search;

public class QualityGoalTests
{
    [Theory]
    [InlineData("top1>=0.99", GoalMetric.Top1, 0.99)]
    [InlineData("top5 >= 1", GoalMetric.Top5, 1)]
    [InlineData("sqnr>=32.5", GoalMetric.Sqnr, 32.5)]
    [InlineData("kl<=1e-3", GoalMetric.Kl, 0.001)]
    [InlineData("codes>=0.9", GoalMetric.Codes, 0.9)]
    [InlineData("cosine>=0.99", GoalMetric.Cosine, 0.99)]
    [InlineData("psnr>=40", GoalMetric.Psnr, 40)]
    [InlineData("si-sdr>=20", GoalMetric.SiSdr, 20)]
    [InlineData("error<=0.01", GoalMetric.Error, 0.01)]
    [InlineData("nll<=+0.005", GoalMetric.Nll, 0.005)]
    [InlineData("nll <= 0.005", GoalMetric.Nll, 0.005)]
    [InlineData("nll<=-0.1", GoalMetric.Nll, -0.1)]
    public void TryParse_Goal_IsReadAndWrittenBack(string text, GoalMetric metric, double bound)
    {
        Assert.True(QualityGoal.TryParse(text, out QualityGoal? goal));
        Assert.Equal(new QualityGoal(metric, bound), goal);
        Assert.True(QualityGoal.TryParse(goal.ToString(), out QualityGoal? again));
        Assert.Equal(goal, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("top1")]
    [InlineData("top1>0.9")]
    [InlineData("top1<=0.9")]
    [InlineData("kl>=0.1")]
    [InlineData("error>=0.1")]
    [InlineData("cosine<=0.1")]
    [InlineData("nll>=0.1")]
    [InlineData("top1>=most")]
    [InlineData("top1>=NaN")]
    [InlineData("top1>=0.9>=0.8")]
    [InlineData("Top1>=0.9")]
    [InlineData("2>=0.9")]
    public void TryParse_AnythingElse_IsRefused(string text) => Assert.False(QualityGoal.TryParse(text, out _));

    [Fact]
    public void Measure_OutputKinds_HaveTheirOwnMetrics()
    {
        QuantizationLoss logits = new(OutputKind.Logits, 1, 30, 0.02, 0.8, new TokenAgreement(10, 1, []));
        QuantizationLoss codes = new(OutputKind.Codes, 1, null, null, null, new TokenAgreement(4, 1, []));
        QuantizationLoss signal = new(OutputKind.Signal, 1, 25, null, null, null) { Similarity = new OutputSimilarity(0.5, 40, 20, 0.01) };

        Assert.Equal(
            [0.9, 0.8, 30.0, 0.02, null, null, null, null, null, null],
            Enum.GetValues<GoalMetric>().Select(metric => new QualityGoal(metric, 0).Measure(logits))
        );
        Assert.Equal(
            [null, null, null, null, 0.75, null, null, null, null, null],
            Enum.GetValues<GoalMetric>().Select(metric => new QualityGoal(metric, 0).Measure(codes))
        );
        Assert.Equal(
            [null, null, 25.0, null, null, 0.5, 40.0, 20.0, 0.01, null],
            Enum.GetValues<GoalMetric>().Select(metric => new QualityGoal(metric, 0).Measure(signal))
        );
    }

    [Fact]
    public void IsMetBy_Bounds_AreInclusiveAndNaNNeverMeetsThem()
    {
        QualityGoal share = new(GoalMetric.Top1, 0.5);
        QualityGoal divergence = new(GoalMetric.Kl, 0.5);
        Assert.Equal([true, false, false], new[] { 0.5, 0.4, double.NaN }.Select(share.IsMetBy));
        Assert.Equal([true, false, false], new[] { 0.5, 0.6, double.NaN }.Select(divergence.IsMetBy));
        Assert.True(share.Compare(0.4, double.NaN) > 0);
        Assert.True(divergence.Compare(0.6, double.NaN) > 0);
        Assert.True(divergence.Compare(0.1, 0.6) > 0);
    }
}
