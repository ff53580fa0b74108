using VampNet.TestSupport;

namespace VampNet.Build.Tests.Scripts;

public sealed class ReadmeFiguresTests
{
    private const string Report = """
        {
          "verification": {
            "graphs": [
              { "file": "coarse.onnx", "nodes": 1234, "parameters": 56789, "bytes": 234567 },
              { "file": "codec_decoder.onnx", "nodes": 99, "parameters": 5, "bytes": 1234567 }
            ],
            "verdicts": [
              { "file": "coarse.onnx", "budget": { "max_absolute_error": 0.001 }, "cases": [
                { "difference": { "worst": { "absolute_error": 2e-6 } }, "tokens": { "positions": 1000, "disagreements": 1 } },
                { "difference": { "worst": { "absolute_error": 3e-6 } }, "tokens": { "positions": 200, "disagreements": 0 } } ] },
              { "file": "codec_decoder.onnx", "budget": { "max_absolute_error": 0.0002 }, "cases": [
                { "difference": { "worst": { "absolute_error": "Infinity" } }, "tokens": null } ] }
            ]
          },
          "quantized": [
            { "file": "coarse.onnx", "scheme": "dynamic INT8", "bytes_after": 64000, "loss": {
                "tokens": { "share": 0.98765 }, "likelihood": { "all": { "difference": 0.00131 } } } }
          ]
        }
        """;

    [Fact]
    public void Table_Report_OneRowForEachGraph()
    {
        const string Header =
            "| graph | nodes | parameters | size | worst difference | allowed | tokens equal "
            + "| quantized | its size | nats a token | same token |";
        const string Expected = $"""
            {Header}
            |---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|
            | coarse.onnx | 1,234 | 56,789 | 235 kB | 3.0e-6 | 1.0e-3 | 1,199 of 1,200 | dynamic INT8 | 64 kB | +0.0013 | 98.8 % |
            | codec_decoder.onnx | 99 | 5 | 1.2 MB | Infinity | 2.0e-4 | - | - | - | - | - |
            """;
        Assert.Equal(Expected, ReadmeFigures.Table(Report), ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void Shape_OtherNumbers_IsTheSameAndOtherRowsAreNot()
    {
        string readme = ReadmeFigures.Replace(
            File.ReadAllText(Path.Combine(Golden.RepositoryRoot, "docs", "demo.md")),
            ReadmeFigures.Table(Report)
        );
        string numbers = readme.Replace("3.0e-6", "4.2e-5").Replace("1,199 of", "1,200 of").Replace("+0.0013", "-0.0002"),
            scheme = readme.Replace("dynamic INT8", "static INT8");

        Assert.Equal(ReadmeFigures.Shape(readme), ReadmeFigures.Shape(numbers));
        Assert.NotEqual(ReadmeFigures.Shape(readme), ReadmeFigures.Shape(scheme));
    }

    [Fact]
    public void DemoPage_ItsFigures_ShowEveryGraphAsJudged()
    {
        string[] rows =
        [
            .. File.ReadLines(Path.Combine(Golden.RepositoryRoot, "docs", "demo.md"))
                .SkipWhile(line => !line.Contains("written by ./build.sh readme", StringComparison.Ordinal))
                .SkipWhile(line => !line.StartsWith('|'))
                .Skip(2)
                .TakeWhile(line => line.StartsWith('|')),
        ];

        Assert.Equal(["coarse.onnx", "c2f.onnx", "codec_encoder.onnx", "codec_decoder.onnx"], rows.Select(row => row.Split('|')[1].Trim()));
        Assert.All(rows, row => Assert.DoesNotMatch("NaN|Infinity", row));
    }

    [Fact]
    public void Replace_WithoutMarkers_SaysWhatIsExpected()
    {
        Assert.Contains(
            "written by ./build.sh readme",
            Assert.Throws<InvalidOperationException>(() => ReadmeFigures.Replace("# Title", "")).Message
        );
    }
}
