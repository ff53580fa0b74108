using VampNet.Validation.Reports;

namespace VampNet.Validation.Tests.Reports;

public sealed class ReportMarkdownTests
{
    [Fact]
    public void Write_AReport_StartsWithTheVerdictAndHoldsTheMainTables()
    {
        string[] lines = ReportMarkdown.Write(ReportSamples.Whole).Split('\n');

        Assert.Equal("Passed: all 1 graphs are within their budgets.", lines[2]);
        Assert.Contains("| coarse.onnx | demo-dynamic | dynamic | 99.00% | 98.0% | 0.01000 | exact | 79.3 kB of 148.6 kB | 2.00 | 1.90 to 2.10 |", lines);
        Assert.Contains("| coarse.onnx | 43 | 1.50 | 2.18 | 50% | noisy |", lines);
        Assert.Contains("| whole | 0.050 |", lines);
        Assert.Contains("- a recording: none was given", lines);
    }
}
