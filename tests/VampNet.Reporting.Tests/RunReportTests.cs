using VampNet.Quantization.Judging;
using VampNet.Reporting.Baselines;

namespace VampNet.Reporting.Tests;

public sealed class RunReportTests
{
    private static readonly TokenLikelihood Nats = new(12_345, 4.38, 4.3813, 0.0004, 0.94, 0.002);

    [Fact]
    public void Verdict_JudgedOnMusic_NamesNatsFirstAndSaysWhatFlipsAre()
    {
        RunReport report = With(Nats);

        Assert.StartsWith(
            "demo-dynamic costs +0.0013 nats a token in coarse.onnx (standard error 0.0004). It keeps 94.0% of the likeliest tokens; "
                + "those that change are mostly near-ties. ",
            report.Verdict,
            StringComparison.Ordinal
        );
        string page = ReportHtml.Write(report, []);
        Assert.Contains("The likelihood of true tokens by mask ratio and codebook", page, StringComparison.Ordinal);
        Assert.Contains(
            "Judged on piece.wav, with 20, 50 and 80 % of the tokens masked",
            ReportMarkdown.Write(report),
            StringComparison.Ordinal
        );
        Assert.Equal(report.Verdict, ReportJson.Read(ReportJson.Write(report)).Verdict);
    }

    [Fact]
    public void Verdict_GoalMissed_SaysSoBeforeAnythingElseAndFails()
    {
        RunReport report = With(Nats) with { GoalMisses = [new GoalMiss("demo-dynamic", "coarse.onnx", "nll<=+0.001", 0.0013)] };

        Assert.False(report.Passed);
        Assert.StartsWith(
            "MISSED: demo-dynamic/coarse.onnx has 0.0013 where nll<=+0.001 was asked for. ",
            report.Verdict,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Compare_NatsBeyondTheTolerance_Regress()
    {
        Baseline before = Baseline.Of(With(Nats)),
            worse = Baseline.Of(With(Nats with { Candidate = 4.3834 })),
            better = Baseline.Of(With(Nats with { Candidate = 4.3700 }));

        MetricComparison fallen = Assert.Single(MetricComparison.Compare(before, worse), each => each.Outcome == MetricOutcome.Regressed);
        Assert.Equal(("nats demo-dynamic/coarse.onnx", "0.002 nats more"), (fallen.Before.Name, fallen.Tolerance));
        Assert.All(MetricComparison.Compare(before, better), each => Assert.Equal(MetricOutcome.Held, each.Outcome));
    }

    private static RunReport With(TokenLikelihood all)
    {
        QuantizedGraph graph = ReportSamples.Quantized(0.94);
        CodeLikelihood likelihood = new(
            all,
            [new CodebookLikelihood(0, all), new CodebookLikelihood(1, all)],
            [new MaskLikelihood(0.2, all), new MaskLikelihood(0.8, all)],
            6
        );
        return ReportSamples.Whole with
        {
            JudgedOn = "piece.wav",
            Quantized = [graph with { Loss = graph.Loss with { Likelihood = likelihood } }],
        };
    }
}
