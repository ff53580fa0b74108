namespace VampNet.Reporting.Tests;

public sealed class ReportMarkdownTests
{
    [Fact]
    public void Write_AReport_StartsWithTheVerdictAndHoldsTheMainTables()
    {
        string[] lines = ReportMarkdown.Write(ReportSamples.Whole).Split('\n');

        Assert.Equal("Passed: all 1 graphs are within their budgets.", lines[2]);
        Assert.Contains(
            "| coarse.onnx | demo-dynamic | dynamic | - | - | 0.01000 | 99.00% | 98.0% | exact | 79.3 kB | 53% | 2.00 |",
            lines
        );
        Assert.Contains("| coarse.onnx | demo | 43 | 3 | 1.50 | 2.18 | 50% | noisy |", lines);
        Assert.Contains("| demo | 0.0200 | 0.0300 | 0.0100 | 0.0050 | 0.0400 | 0.1050 | 20% | noisy |", lines);
        Assert.Contains("| demo | coarse.onnx | 148.6 kB | float 100.0%, int64 0.0% |", lines);
        Assert.Contains("| coarse.onnx | demo | foreign | 173 | 6.67 | 10.00 | 1.50 | 1.43 | 1.58 |  |", lines);
        Assert.Contains("- a recording: none was given", lines);
    }
}
