namespace VampNet.Cli.Tests;

public sealed class DisplayTests
{
    [Fact]
    public void WriteTable_NobodyWatches_IsMarkdownWithoutWrapping()
    {
        using var captured = new CapturedTerminal();

        captured.Terminal.WriteTable(["graph", "nodes#"], [["coarse.onnx", "7"], [new string('x', 90), "1,234"]]);

        Assert.Equal(
            $"""
            | graph{new string(' ', 85)} | nodes |
            | {new string('-', 90)} | ----: |
            | coarse.onnx{new string(' ', 79)} |     7 |
            | {new string('x', 90)} | 1,234 |
            """,
            captured.Output.Trim());
    }

    [Fact]
    public async Task ShowProgressAsync_NobodyWatches_WritesOneLineForEachStepToTheErrorStream()
    {
        using var captured = new CapturedTerminal();

        int result = await captured.Terminal.ShowProgressAsync(progress =>
        {
            progress.Report(new ProgressStep("coarse.onnx", 0));
            progress.Report(new ProgressStep("coarse.onnx", 0.5));
            progress.Report(new ProgressStep("c2f.onnx", 0));
            return Task.FromResult(5);
        });

        Assert.Equal(5, result);
        Assert.Equal("coarse.onnx\nc2f.onnx\n", captured.Error);
        Assert.Empty(captured.Output);
    }
}
