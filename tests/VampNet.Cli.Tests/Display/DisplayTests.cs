using System.Text.RegularExpressions;
using VampNet.Cli.Display;

namespace VampNet.Cli.Tests.Display;

public sealed class DisplayTests
{
    [Fact]
    public void WriteTable_NobodyWatches_IsMarkdownWithoutWrapping()
    {
        using var captured = new CapturedTerminal();

        captured.Terminal.WriteTable(
            ["graph", "nodes#"],
            [
                ["coarse.onnx", "7"],
                [new string('x', 90), "1,234"],
            ]
        );

        Assert.Equal(
            $"""
            | graph{new string(' ', 85)} | nodes |
            | {new string('-', 90)} | ----: |
            | coarse.onnx{new string(' ', 79)} |     7 |
            | {new string('x', 90)} | 1,234 |
            """,
            captured.Output.Trim()
        );
    }

    [Theory]
    [InlineData(8)]
    [InlineData(20)]
    [InlineData(40)]
    [InlineData(120)]
    public void WriteTable_AnyWidth_KeepsWithinItAndLosesNothing(int width)
    {
        string[] cells = ["coarse_quantized.onnx", "MatMulIntegerToFloat", "1,234,567", new string('x', 90), ""];
        using StringWriter output = new();
        Terminal terminal = new(output, TextWriter.Null, outputIsWatched: true);
        terminal.OutputConsole.Profile.Width = width;

        terminal.WriteTable(["graph", "operator", "nodes#", "reason", "note"], [cells, cells]);

        string text = Regex.Replace(output.ToString(), @"\x1B\[[0-9;?]*[A-Za-z]", "");
        Assert.All(text.Split('\n'), line => Assert.InRange(line.Length, 0, width));
        string letters = Regex.Replace(text, @"[^\w,.]", "");
        Assert.All(
            cells.Where(cell => cell.Length is > 0 and < 30),
            cell => Assert.True(width >= 100 || letters.Contains(cell, StringComparison.Ordinal), text)
        );
        Assert.Equal(
            180,
            text.Count(letter => letter == 'x') - 2 * cells[0].Count(letter => letter == 'x') - 2 * cells[1].Count(letter => letter == 'x')
        );
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

    [Fact]
    public async Task ShowProgressAsync_APersonWatches_ShowsABarForEachStageWithItsStep()
    {
        using var captured = new CapturedTerminal(errorIsWatched: true);

        int result = await captured.Terminal.ShowProgressAsync(async progress =>
        {
            progress.Report(new ProgressStep("coarse: chunk 1 of 3", 0.25) { Bar = "coarse", Detail = "step 9 of 12" });
            progress.Report(new ProgressStep("fine: chunk 1 of 2", 0.5) { Bar = "fine" });
            // Bars are drawn ten times a second.
            await Task.Delay(TimeSpan.FromSeconds(0.5), TestContext.Current.CancellationToken);
            return 5;
        });

        Assert.Equal(5, result);
        // Colours come with them where TERM names a terminal.
        string text = Regex.Replace(captured.Error, @"\x1B\[[0-9;?]*[A-Za-z]", "");
        Assert.Contains("coarse: chunk 1 of 3 step 9 of 12: 25%", text, StringComparison.Ordinal);
        Assert.Contains("fine: chunk 1 of 2: 50%", text, StringComparison.Ordinal);
        Assert.Empty(captured.Output);
    }
}
