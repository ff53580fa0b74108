using System.Text.Json;
using VampNet.Cli.Tests.Music;

namespace VampNet.Cli.Tests.Commands;

public sealed class BenchCommandTests(ExportedModels models) : IClassFixture<ExportedModels>
{
    [Fact]
    public async Task Bench_AnExport_ShowsLatenciesStagesAndFacts()
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync(
            "bench",
            models.Models,
            "--frames",
            "3",
            "5",
            "--runs",
            "2",
            "--music",
            "0.2"
        );

        Assert.Equal(ExitCode.Done, outcome.ExitCode);
        string[] lines = outcome.Output.Split('\n');
        Assert.Matches(@"^\| graph +\| models +\| T \| runs \| median ms \| p95 ms \| +spread \| note +\|$", lines[0]);
        Assert.Equal(12, lines.Count(line => line.Contains(".onnx ", StringComparison.Ordinal) && line.StartsWith('|')));
        string where = lines.Single(line => line.Contains("| runs on |", StringComparison.Ordinal));
        string[] coarse = lines[Array.IndexOf(lines, where) + 2].Split('|', StringSplitOptions.TrimEntries);
        Assert.Equal(("coarse.onnx", "CPU", "0"), (coarse[1], coarse[3], coarse[6]));
        Assert.Contains("MatMul", coarse[7], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.StartsWith("| seconds a second of music", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("peak memory ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Bench_Json_HoldsEveryRun()
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync(
            "bench",
            models.Models,
            "--frames",
            "3",
            "--runs",
            "2",
            "--music",
            "0",
            "--json",
            "--against",
            models.Models
        );

        using JsonDocument json = JsonDocument.Parse(outcome.Output);
        JsonElement times = json.RootElement.GetProperty("graphs")[0].GetProperty("runs")[0].GetProperty("times");
        Assert.Equal(2, times.GetProperty("milliseconds").GetArrayLength());
        Assert.Equal(64, times.GetProperty("work").GetProperty("input_sha256").GetString()!.Length);
        Assert.Equal(4, json.RootElement.GetProperty("ratios").GetArrayLength());
    }

    [Theory]
    [InlineData("--frames", "0")]
    [InlineData("--runs", "0")]
    [InlineData("--music", "-1")]
    public async Task Bench_NumberOutOfRange_IsWrongUsage(string option, string value) =>
        Assert.Equal(ExitCode.WrongUsage, (await CapturedTerminal.RunAsync("bench", models.Models, option, value)).ExitCode);
}
