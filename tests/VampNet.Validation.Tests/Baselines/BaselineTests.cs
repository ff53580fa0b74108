using VampNet.Validation.Baselines;
using VampNet.Validation.Reports;
using VampNet.Validation.Tests.Reports;

namespace VampNet.Validation.Tests.Baselines;

public sealed class BaselineTests
{
    private static readonly RunReport Sound = WithQuantized(0.99, 2);

    public static TheoryData<string, RunReport, string> Regressions => new()
    {
        { "parity coarse.onnx", Sound with { Verification = Sound.Verification with { Verdicts = [SampleReports.OneFailedCase().Verdicts[0]] } }, "within its budget" },
        { "size coarse.onnx", Sound with { Verification = Sound.Verification with { Graphs = [Sound.Verification.Graphs[0] with { Bytes = 150_087 }] } }, "1% more" },
        { "agreement demo-dynamic/coarse.onnx", WithQuantized(0.984, 2), "0.5 percentage points less" },
        { "speed-up demo-dynamic/coarse.onnx", WithQuantized(0.99, 1.69), "15% less" },
        { "size demo-dynamic/coarse.onnx", Sound with { Quantized = [Sound.Quantized[0] with { Judgement = Sound.Quantized[0].Judgement with { BytesAfter = 80_100 } }] }, "1% more" },
    };

    [Theory]
    [MemberData(nameof(Regressions))]
    public void Compare_APlantedRegression_IsTheOnlyOneFound(string metric, RunReport report, string tolerance)
    {
        MetricComparison found = Assert.Single(Compare(Sound, report), each => each.Outcome != MetricOutcome.Held);

        Assert.Equal((metric, MetricOutcome.Regressed, tolerance), (found.Before.Name, found.Outcome, found.Tolerance));
        Assert.Equal("REGRESSED", found.Cells()[^1]);
    }

    [Fact]
    public void Compare_TheSameReport_HoldsThroughout()
    {
        Assert.Equal(5, Compare(Sound, Sound).Length);
        Assert.All(Compare(Sound, Sound), each => Assert.Equal(MetricOutcome.Held, each.Outcome));
    }

    [Fact]
    public void Compare_AtTheToleranceOrBetter_Holds() =>
        Assert.All(
            Compare(Sound, WithQuantized(0.985, 1.71)).Concat(Compare(Sound, WithQuantized(1, 9))),
            each => Assert.Equal(MetricOutcome.Held, each.Outcome));

    [Fact]
    public void Compare_NoisyTimes_AreNotJudged()
    {
        MetricComparison found = Assert.Single(Compare(Sound, WithQuantized(0.99, 0.5, spread: 0.3)), each => each.Outcome != MetricOutcome.Held);

        Assert.Equal((MetricKind.SpeedUp, MetricOutcome.TooNoisy), (found.Before.Kind, found.Outcome));
    }

    [Fact]
    public void Compare_AMetricThatIsGone_IsARegression() =>
        Assert.Equal(3, Compare(Sound, Sound with { Quantized = [] }).Count(each => each is { Outcome: MetricOutcome.Regressed, After: null } && each.Cells()[2] == "absent"));

    [Fact]
    public void Compare_NotANumber_IsARegression()
    {
        Baseline broken = new("demo", [new Metric("agreement x", MetricKind.Agreement, double.NaN)]);

        Assert.Equal(MetricOutcome.Regressed, Assert.Single(MetricComparison.Compare(broken with { Metrics = [new Metric("agreement x", MetricKind.Agreement, 1)] }, broken)).Outcome);
    }

    [Fact]
    public void Parse_WhatWasWritten_IsTheSameBaseline()
    {
        string json = Baseline.Of(Sound).ToJson();

        Assert.Equal(json, Baseline.Parse(json).ToJson());
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("null")]
    [InlineData("{\"name\":\"x\",\"metrics\":[],\"format\":\"vampnet-baseline/9\"}")]
    public void Parse_AnythingElse_IsRefused(string text) =>
        Assert.Equal("VNV0604", Assert.Throws<ValidationException>(() => Baseline.Parse(text)).Id);

    private static System.Collections.Immutable.ImmutableArray<MetricComparison> Compare(RunReport before, RunReport after) =>
        MetricComparison.Compare(Baseline.Of(before), Baseline.Of(after));

    private static RunReport WithQuantized(double agreement, double ratio, double spread = 0.1) =>
        ReportSamples.Whole with { Quantized = [ReportSamples.Whole.Quantized[0] with { Judgement = ReportSamples.Judgement(agreement, ratio, spread) }] };
}
