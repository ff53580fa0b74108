using System.Text.RegularExpressions;
using VampNet.Export;
using VampNet.Onnx;
using VampNet.TestSupport;

namespace VampNet.Cli.Tests.Commands;

public sealed class ExplainCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Page => _folder.At("page.html");

    [Fact]
    public async Task Explain_AnExportedTransformer_HasLayersOperatorsTimesAndEveryNode()
    {
        ExportRun.Run(
            ExportRequest.FromFolder(Golden.Path("micro"), _folder.At("models")),
            cancellationToken: TestContext.Current.CancellationToken
        );

        (string html, string said) = await ExplainAsync(_folder.At("models/coarse.onnx"), "--frames", "9");

        Assert.Contains("ms per run on codes [1, 4, 9]", said, StringComparison.Ordinal);
        Assert.Contains("By time: ", html, StringComparison.Ordinal);
        Assert.Contains("By size: ", html, StringComparison.Ordinal);
        Assert.Contains("<td>MatMul</td>", html, StringComparison.Ordinal);
        Assert.Contains("<b>self_attn</b>", html, StringComparison.Ordinal);
        Assert.Contains("id=\"search\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("http://", html, StringComparison.Ordinal);
        Assert.DoesNotContain("https://", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("foreign/coarse_torch_export.onnx")]
    [InlineData("wild/ppocr_mobile_v2_cls.onnx")]
    [InlineData("cases/if_outer_weight.onnx")]
    [InlineData("cases/local_function.onnx")]
    [InlineData("cases/lstm.onnx")]
    [InlineData("cases/conv_bn_clip.onnx")]
    public async Task Explain_GraphsOfOtherTools_AreTimedToo(string graph)
    {
        (string html, string said) = await ExplainAsync(Golden.Path(graph));

        Assert.Contains(" ms per run on ", said, StringComparison.Ordinal);
        Assert.Contains("By time: ", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_AGraphThatDoesNotRun_SaysWhyAndShowsTheRest()
    {
        (string html, string said) = await ExplainAsync(Golden.Path("cases/custom_op.onnx"));

        Assert.Contains("not run: ", said, StringComparison.Ordinal);
        Assert.Contains("All parts", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData('/')]
    [InlineData('.')]
    public async Task Explain_ANameOfEndlesslyManyLayers_IsCut(char separator)
    {
        Graph graph = new("g");
        Value input = graph.AddInput("x", new TensorType(ElementType.Float, TensorShape.Of(4)));
        string name = string.Join(separator, Enumerable.Repeat("a", 100_000));
        graph.AddOutput(graph.AddNode("Relu", [input], ["y"], name: name).Outputs[0]);
        using (Model model = new(graph, 8) { OpsetImports = { [""] = 17 } })
        {
            ModelWriter.Write(model, _folder.At("deep.onnx"));
        }

        (string html, _) = await ExplainAsync(_folder.At("deep.onnx"));

        Assert.InRange(Regex.Count(html, "<details "), 5, 20);
    }

    [Fact]
    public async Task Explain_WithoutTimes_DoesNotRun()
    {
        (string html, string said) = await ExplainAsync(Golden.Path("cases/conv_bn_clip.onnx"), "--no-times");

        Assert.Contains("not run", said, StringComparison.Ordinal);
        Assert.DoesNotContain("By time", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_AFileThatIsNoGraph_IsRefused()
    {
        await File.WriteAllTextAsync(_folder.At("text.onnx"), "no graph at all", TestContext.Current.CancellationToken);

        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync("explain", _folder.At("text.onnx"), Page);

        Assert.Equal(ExitCode.DataRefused, outcome.ExitCode);
        Assert.False(File.Exists(Page));
    }

    public void Dispose() => _folder.Dispose();

    private async Task<(string Html, string Said)> ExplainAsync(string graph, params string[] options)
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync(["explain", graph, Page, .. options]);
        Assert.True(outcome.ExitCode == ExitCode.Done, outcome.Error);
        return (await File.ReadAllTextAsync(Page, TestContext.Current.CancellationToken), outcome.Output);
    }
}
