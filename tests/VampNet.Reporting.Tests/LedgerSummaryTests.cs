namespace VampNet.Reporting.Tests;

public sealed class LedgerSummaryTests
{
    [Fact]
    public void Parse_ALedger_CountsTensorsTransformsAndWhatWasLeftOut()
    {
        LedgerSummary summary = LedgerSummary.Parse(
            "coarse.ledger.json",
            """
            [
              { "tensor": "a", "transforms": ["rows(0..1)", "rows(1..2)", "lora-merge(alpha/r=1/8)"] },
              { "tensor": "b", "transforms": ["rows(2..3)", "1/(alpha + 1e-9)"] },
              { "tensor": "c", "transforms": [], "ignored_because": "a counter" }
            ]
            """
        );

        Assert.Equal(3, summary.Tensors);
        Assert.Equal([new("rows", 2), new("1/(alpha + 1e-9)", 1), new("lora-merge", 1)], summary.Transforms);
        Assert.Equal([new IgnoredTensor("c", "a counter")], summary.Ignored);
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[{}]")]
    [InlineData("[{\"tensor\":\"a\",\"transforms\":[1]}]")]
    public void Parse_AnythingElse_IsRefused(string text)
    {
        ReportingException error = Assert.Throws<ReportingException>(() => LedgerSummary.Parse("x.ledger.json", text));

        Assert.Equal("VNP0102", error.Id);
        Assert.Contains("x.ledger.json", error.Message, StringComparison.Ordinal);
    }
}
