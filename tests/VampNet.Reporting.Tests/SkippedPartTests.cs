using VampNet.Validation.Verdicts;

namespace VampNet.Reporting.Tests;

public sealed class SkippedPartTests
{
    [Fact]
    public void Of_AVerdictWithoutLayers_NamesItsGraph()
    {
        VerificationReport verification = ReportSamples.Whole.Verification;
        GraphVerdict without = verification.Verdicts[0] with { File = "c2f.onnx", Layers = null };

        Assert.Equal(
            "parity by layer of c2f.onnx",
            Assert.Single(PartsOf(verification with { Verdicts = [.. verification.Verdicts, without] }), IsOfLayers)
        );
        Assert.DoesNotContain(PartsOf(verification), IsOfLayers);
    }

    private static string[] PartsOf(VerificationReport verification) =>
        [.. SkippedPart.Of(new ReportRequest(), ReportSamples.Whole.Models, verification).Select(part => part.Part)];

    private static bool IsOfLayers(string part) => part.StartsWith("parity by layer", StringComparison.Ordinal);
}
