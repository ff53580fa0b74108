using System.Text.RegularExpressions;
using VampNet.Validation.Reports;

namespace VampNet.Validation.Tests.Reports;

public sealed partial class ReportHtmlTests
{
    private static readonly string Page = ReportHtml.Write(ReportSamples.Whole, [ReportSamples.Clip]);

    [Theory]
    [InlineData("configuration")]
    [InlineData("ledger")]
    [InlineData("parity")]
    [InlineData("quantization")]
    [InlineData("sizes")]
    [InlineData("time")]
    [InlineData("sound")]
    [InlineData("skipped")]
    [InlineData("machine")]
    public void Write_EverySection_IsThereAfterTheVerdict(string id) =>
        Assert.True(Page.IndexOf($"<section id=\"{id}\">", StringComparison.Ordinal) > Page.IndexOf("class=\"verdict good\"", StringComparison.Ordinal));

    [Fact]
    public void Write_AnyReport_AsksForNothingOutsideThePage()
    {
        Assert.NotEmpty(Reference().Matches(Page));
        Assert.All(Reference().Matches(Page), reference => Assert.StartsWith("data:", reference.Groups[1].Value, StringComparison.Ordinal));
        Assert.DoesNotContain("<script", Page, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", Page, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_AClip_CanBeHeardAndSeen()
    {
        Assert.Single(Regex.Matches(Page, "<audio controls [^>]*src=\"data:audio/wav;base64,UklGR"));
        Assert.Single(Regex.Matches(Page, "<img [^>]*src=\"data:image/png;base64,iVBORw0KGgo"));
    }

    [Fact]
    public void Write_PlotsOnOnePage_HaveTheirUnitsAndIdsOfTheirOwn()
    {
        string[] ids = [.. Identifier().Matches(Page).Select(match => match.Groups[1].Value)];

        Assert.Equal(ids.Distinct(), ids);
        foreach (string label in (string[])["T, token frames", "median latency, ms", "MB", "seconds a second of music", "worst |difference|"])
        {
            Assert.Matches($"<text[^>]*>\\s*{Regex.Escape(label)}", Page);
        }
    }

    [Fact]
    public void Write_AGraphBeyondItsBudget_SaysSoFirst()
    {
        RunReport failed = ReportSamples.Whole with { Verification = SampleReports.OneFailedCase() };

        string page = ReportHtml.Write(failed, []);

        Assert.Contains("<p class=\"verdict bad\">FAILED: coarse.onnx, codec_encoder.onnx beyond budget or not judged.</p>", page, StringComparison.Ordinal);
        Assert.Contains("<span class=\"bad\">FAIL</span>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_NoVerdicts_AsksForVerification() =>
        Assert.Equal("Not verified: run vampnet verify first.", (ReportSamples.Whole with { Verification = new([], []) }).Verdict);

    [GeneratedRegex("(?:src|href)=\"([^\"]{0,40})")]
    private static partial Regex Reference();

    [GeneratedRegex("\\bid=\"([^\"]+)\"")]
    private static partial Regex Identifier();
}
