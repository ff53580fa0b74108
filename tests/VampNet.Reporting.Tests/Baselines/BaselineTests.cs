using VampNet.Reporting.Baselines;
using VampNet.Validation.Tests.Verdicts;

namespace VampNet.Reporting.Tests.Baselines;

public sealed class BaselineTests
{
    private static readonly RunReport Sound = With(0.99);

    public static TheoryData<string, RunReport, string> Regressions =>
        new()
        {
            {
                "parity coarse.onnx",
                Sound with
                {
                    Verification = Sound.Verification with { Verdicts = [SampleReports.OneFailedCase().Verdicts[0]] },
                },
                "within its budget"
            },
            {
                "size coarse.onnx",
                Sound with
                {
                    Verification = Sound.Verification with { Graphs = [Sound.Verification.Graphs[0] with { Bytes = 150_087 }] },
                },
                "1% more"
            },
            { "agreement demo-dynamic/coarse.onnx", With(0.984), "0.5 percentage points less" },
            { "speed-up demo-dynamic/coarse.onnx over demo, T 173", With(0.99, quantized: 1.69), "15% less" },
            { "speed-up demo/coarse.onnx over foreign, T 173", With(0.99, exporter: 1.27), "15% less" },
            { "size demo-dynamic/coarse.onnx", Sound with { Quantized = [Sound.Quantized[0] with { BytesAfter = 80_100 }] }, "1% more" },
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
        Assert.Equal(6, Compare(Sound, Sound).Length);
        Assert.All(Compare(Sound, Sound), each => Assert.Equal(MetricOutcome.Held, each.Outcome));
    }

    [Fact]
    public void Compare_AtTheToleranceOrBetter_Holds() =>
        Assert.All(
            Compare(Sound, With(0.985, quantized: 1.71, exporter: 1.28)).Concat(Compare(Sound, With(1, 9, 9))),
            each => Assert.Equal(MetricOutcome.Held, each.Outcome)
        );

    [Fact]
    public void Compare_NoisyTimes_AreNotJudged()
    {
        MetricComparison found = Assert.Single(
            Compare(Sound, With(0.99, quantized: 0.5, spread: 0.3)),
            each => each.Outcome != MetricOutcome.Held
        );

        Assert.Equal((MetricKind.SpeedUp, MetricOutcome.TooNoisy), (found.Before.Kind, found.Outcome));
    }

    [Fact]
    public void Compare_AMetricThatIsGone_IsARegression() =>
        Assert.Equal(
            4,
            Compare(Sound, Sound with { Quantized = [], Benchmark = Sound.Benchmark with { Ratios = [] } })
                .Count(each => each is { Outcome: MetricOutcome.Regressed, After: null } && each.Cells()[2] == "absent")
        );

    [Fact]
    public void Compare_NotANumber_IsARegression()
    {
        Baseline broken = new("demo", [new Metric("agreement x", MetricKind.Agreement, double.NaN)]);

        Assert.Equal(
            MetricOutcome.Regressed,
            Assert
                .Single(MetricComparison.Compare(broken with { Metrics = [new Metric("agreement x", MetricKind.Agreement, 1)] }, broken))
                .Outcome
        );
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
        Assert.Equal("VNP0104", Assert.Throws<ReportingException>(() => Baseline.Parse(text)).Id);

    private static System.Collections.Immutable.ImmutableArray<MetricComparison> Compare(RunReport before, RunReport after) =>
        MetricComparison.Compare(Baseline.Of(before), Baseline.Of(after));

    [Fact]
    public void Of_SeveralLengths_HoldsTheSpeedOfTheLongest()
    {
        RunReport report = Sound with
        {
            Benchmark = Sound.Benchmark with
            {
                Ratios = [ReportSamples.Ratio("demo", "x", 3) with { Frames = 43 }, ReportSamples.Ratio("demo", "x", 2)],
            },
        };

        Metric speed = Assert.Single(Baseline.Of(report).Metrics, metric => metric.Kind == MetricKind.SpeedUp);

        Assert.Equal(("speed-up x/coarse.onnx over demo, T 173", 2), (speed.Name, speed.Value));
    }

    private static RunReport With(double agreement, double quantized = 2, double exporter = 1.5, double spread = 0.1) =>
        ReportSamples.Whole with
        {
            Quantized = [ReportSamples.Quantized(agreement)],
            Benchmark = ReportSamples.Whole.Benchmark with
            {
                Ratios = [ReportSamples.Ratio("demo", "demo-dynamic", quantized, spread), ReportSamples.Ratio("foreign", "demo", exporter)],
            },
        };
}
