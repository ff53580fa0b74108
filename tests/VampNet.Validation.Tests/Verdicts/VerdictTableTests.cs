using VampNet.Validation.Verdicts;

namespace VampNet.Validation.Tests.Verdicts;

public sealed class VerdictTableTests
{
    [Fact]
    public void Rows_JudgedAndUnjudgedGraphs_ShowFactsAndVerdicts() =>
        Assert.Equal(
            [
                ["coarse.onnx", "1,234", "335,893,664", "1.34 GB", "2.0e+0", "1,073,741,824", "3 of 4", "FAIL"],
                ["codec_encoder.onnx", "12", "345", "678 B", "-", "-", "-", "not judged"],
            ],
            VerdictTable.Rows(SampleReports.OneFailedCase())
        );

    [Fact]
    public void Rows_AnyReport_HasOneCellForEachColumn() =>
        Assert.All(VerdictTable.Rows(SampleReports.NotANumber()), row => Assert.Equal(VerdictTable.Columns.Length, row.Length));

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1_000, "1.0 kB")]
    [InlineData(12_345_678, "12.3 MB")]
    public void FormatBytes_AnyCount_UsesDecimalUnits(long bytes, string expected) =>
        Assert.Equal(expected, VerdictTable.FormatBytes(bytes));
}
