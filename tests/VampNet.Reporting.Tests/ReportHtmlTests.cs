using System.Text.RegularExpressions;
using VampNet.Reporting.Baselines;
using VampNet.Validation.Tests.Verdicts;

namespace VampNet.Reporting.Tests;

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
        Assert.True(
            Page.IndexOf($"<section id=\"{id}\">", StringComparison.Ordinal)
                > Page.IndexOf("class=\"verdict good\"", StringComparison.Ordinal)
        );

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
        foreach (
            string label in (string[])
                [
                    "T, token frames",
                    "median latency, ms",
                    "weights, MB",
                    "seconds of computing for a second of music",
                    "worst |difference|",
                    "share of elements, %",
                    "layer",
                    "flipped tokens, %",
                    "share of a pass, %",
                ]
        )
        {
            Assert.Matches($"<text[^>]*>\\s*{Regex.Escape(label)}", Page);
        }
    }

    [Theory]
    [InlineData(
        "Worst element of each layer",
        "transformer.layers.0.output</td><td class=\"n\">1.0e-7</td><td class=\"n\">2.0e-6</td><td class=\"n\">4.0e+0"
    )]
    [InlineData("distribution", "1.0e-1 to 3.2e-1</td><td class=\"n\">25.00%")]
    [InlineData("SQNR", "transformer.layers.0.output</td><td class=\"n\">31.5")]
    [InlineData("flips", "<td class=\"n\">1</td><td class=\"n\">500</td><td class=\"n\">6</td><td class=\"n\">1.20%")]
    [InlineData("formats", "float 100.0%, int64 0.0%")]
    [InlineData("parts", "attention</td><td>int8</td><td class=\"n\">30,000")]
    [InlineData("operators", "MatMul</td><td class=\"n\">12</td><td class=\"n\">0.750</td><td class=\"n\">75.0%")]
    [InlineData(
        "speed-ups",
        "<td>demo</td><td>foreign</td><td class=\"n\">173</td><td class=\"n\">6.67</td><td class=\"n\">10.00</td><td class=\"n\">1.50"
    )]
    [InlineData("stages", "<td>demo</td><td class=\"n\">0.0200</td><td class=\"n\">0.0300")]
    public void Write_EveryPlot_HasItsNumbersInATable(string plot, string cells) =>
        Assert.True(Page.Contains(cells, StringComparison.Ordinal), $"{plot}: no {cells}");

    [Fact]
    public void Write_AReportHeldAgainstABaseline_SaysWhatFellFirst()
    {
        var before = Baseline.Of(ReportSamples.Whole);
        RunReport fallen = ReportSamples.Whole with
        {
            Comparisons = MetricComparison.Compare(
                before,
                Baseline.Of(ReportSamples.Whole with { Quantized = [ReportSamples.Quantized(0.9)] })
            ),
        };

        string page = ReportHtml.Write(fallen, []);

        Assert.Contains(
            "<p class=\"verdict bad\">REGRESSED: 1 of 6 figures are worse than the baseline allows. Passed",
            page,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "99.00%</td><td class=\"n\">90.00%</td><td>0.5 percentage points less</td><td><span class=\"bad\">REGRESSED</span>",
            page,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("id=\"baseline\"", Page, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_AGraphBeyondItsBudget_SaysSoFirst()
    {
        RunReport failed = ReportSamples.Whole with { Verification = SampleReports.OneFailedCase() };

        string page = ReportHtml.Write(failed, []);

        Assert.Contains(
            "<p class=\"verdict bad\">FAILED: coarse.onnx, codec_encoder.onnx beyond budget or not judged.</p>",
            page,
            StringComparison.Ordinal
        );
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
