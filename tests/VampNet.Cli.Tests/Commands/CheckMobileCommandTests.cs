using System.Text.Json;
using VampNet.Cli.Tests.Music;

namespace VampNet.Cli.Tests.Commands;

public sealed class CheckMobileCommandTests(ExportedModels exported) : IClassFixture<ExportedModels>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Graph => Path.Combine(exported.Models, "coarse.onnx");

    [Fact]
    public async Task CheckMobile_Graph_SaysWhatEachProviderTakesAndWhyNotTheRest()
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync("check-mobile", Graph);

        Assert.Equal(ExitCode.Done, outcome.ExitCode);
        Assert.Contains("| NNAPI ", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("lengths that are not fixed: see --fix", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("source for XNNPACK", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CheckMobile_Fixed_TakesMoreAndWritesAGraphThatComputesTheSame()
    {
        int open = await TakenAsync();
        int fixedTaken = await TakenAsync("--fix", "B=1", "--fix", "T=9", "--out", _folder.At("fixed.onnx"));

        Assert.True(fixedTaken > open, $"{fixedTaken} of {open}");
        CapturedTerminal.Outcome inspected = await CapturedTerminal.RunAsync("inspect", _folder.At("fixed.onnx"), "--json");
        Assert.Contains("\"codes\"", inspected.Output, StringComparison.Ordinal);
        CapturedTerminal.Outcome again = await CapturedTerminal.RunAsync("optimize", _folder.At("fixed.onnx"), _folder.At("again.onnx"));
        Assert.Equal(ExitCode.Done, again.ExitCode);
    }

    [Theory]
    [InlineData("--fix", "T")]
    [InlineData("--fix", "T=0")]
    [InlineData("--fix", "=5")]
    [InlineData("--fix", "T=5=6")]
    public async Task CheckMobile_WrongLength_IsWrongUsage(string option, string value)
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync("check-mobile", Graph, option, value);

        Assert.Equal(ExitCode.WrongUsage, outcome.ExitCode);
        Assert.Contains($"Found \"{value}\" for --fix. Expected LETTER=N", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CheckMobile_OutWithoutFix_IsWrongUsage() =>
        Assert.Equal(
            ExitCode.WrongUsage,
            (await CapturedTerminal.RunAsync("check-mobile", Graph, "--out", _folder.At("fixed.onnx"))).ExitCode
        );

    [Fact]
    public async Task CheckMobile_UnknownLetterOrNoFile_IsRefused()
    {
        Assert.Contains(
            "VNI0601",
            (await CapturedTerminal.RunAsync("check-mobile", Graph, "--fix", "Q=5")).Error,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "VNL0002",
            (await CapturedTerminal.RunAsync("check-mobile", _folder.At("no.onnx"))).Error,
            StringComparison.Ordinal
        );
    }

    public void Dispose() => _folder.Dispose();

    private async Task<int> TakenAsync(params string[] options)
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync(["check-mobile", Graph, "--json", .. options]);
        Assert.Equal((ExitCode.Done, ""), (outcome.ExitCode, outcome.ExitCode == ExitCode.Done ? "" : outcome.Error));
        using JsonDocument json = JsonDocument.Parse(outcome.Output);
        return json
            .RootElement.EnumerateArray()
            .First(each => each.GetProperty("provider").GetString() == "NNAPI")
            .GetProperty("taken")
            .GetInt32();
    }
}
