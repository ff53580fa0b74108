using VampNet.Inference.Comparison;
using VampNet.Validation.Verdicts;

namespace VampNet.Validation.Tests.Verdicts;

public sealed class VerdictTests
{
    [Fact]
    public void Passed_OneFailedCase_FailsTheGraphAndTheReport()
    {
        VerificationReport report = SampleReports.OneFailedCase();

        Assert.False(report.Verdicts[0].Passed);
        Assert.False(report.Passed);
    }

    [Fact]
    public void Passed_NothingJudged_IsNoPass()
    {
        var verdict = new GraphVerdict("coarse.onnx", "TorchSharp", SampleReports.Budget, 1, []);

        Assert.False(verdict.Passed);
        Assert.False(new VerificationReport([new("coarse.onnx", 1, 1, 1)], []).Passed);
        Assert.False(new VerificationReport([], []).Passed);
    }

    [Fact]
    public void Worst_NonFiniteInOneCase_ComesFirst()
    {
        CaseVerdict far = SampleReports.Case(1, [0f], [100f]);
        CaseVerdict nan = SampleReports.Case(2, [0f], [float.NaN]);

        Assert.Same(nan.Difference!.Worst, new GraphVerdict("g", "r", SampleReports.Budget, 1, [far, nan]).Worst);
    }

    [Fact]
    public void Tokens_SeveralCases_AreSummed()
    {
        TokenAgreement tokens = SampleReports.OneFailedCase().Verdicts[0].Tokens!;

        Assert.Equal((4, 1), (tokens.Positions, tokens.Disagreements));
        Assert.Equal(1.0, tokens.WidestMargin);
    }
}
