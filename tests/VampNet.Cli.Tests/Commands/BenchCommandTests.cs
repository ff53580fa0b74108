using System.Text.Json;
using VampNet.Cli.Tests.Music;
using VampNet.TestSupport;

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

    [Fact]
    public async Task Bench_OneGraph_ShowsSizesOperatorsStartAndMemory()
    {
        string graph = Golden.Path("cases/layernorm_gelu.onnx");
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync(
            "bench",
            graph,
            "--frames",
            "7",
            "9",
            "--runs",
            "2",
            "--against",
            graph
        );

        Assert.Equal((ExitCode.Done, ""), (outcome.ExitCode, outcome.ExitCode == ExitCode.Done ? "" : outcome.Error));
        Assert.Contains("[1,7,32]", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("[1,9,32]", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("speed-up", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("MatMul", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("session start", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("memory", outcome.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fp16_model")]
    [InlineData("int32_ids_bool_mask")]
    [InlineData("uint8_image")]
    public async Task Bench_OneGraphOfAnyType_FindsSizesByItself(string name)
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync(
            "bench",
            Golden.Path($"cases/{name}.onnx"),
            "--runs",
            "1",
            "--json"
        );

        using JsonDocument json = JsonDocument.Parse(outcome.Output);
        Assert.NotEqual(0, json.RootElement.GetProperty("graphs")[0].GetProperty("runs").GetArrayLength());
        Assert.NotEqual(0, json.RootElement.GetProperty("graphs")[0].GetProperty("operators").GetArrayLength());
    }

    [Theory]
    [InlineData("cosine>=0.99", "embedding", ExitCode.Done)]
    [InlineData("sqnr>=200", "guess", ExitCode.ParityFailed)]
    [InlineData("top1>=0.9", "image", ExitCode.DataRefused)]
    public async Task Bench_OneGraphAgainstItsQuantizedForm_IsJudged(string goal, string kind, int expected)
    {
        using TemporaryFolder folder = new();
        string graph = Golden.Path("cases/layernorm_gelu.onnx");
        await CapturedTerminal.RunAsync("quantize", graph, folder.At("int8.onnx"), "--judge", "0");
        string[] arguments = ["bench", graph, "--against", folder.At("int8.onnx"), "--runs", "1", "--goal", goal, "--output-kind", kind];

        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync(arguments);

        Assert.True(outcome.ExitCode == expected, $"{outcome.ExitCode}\n{outcome.Output}{outcome.Error}");
        Assert.Equal(expected == ExitCode.ParityFailed, outcome.Output.Contains("MISSED: ", StringComparison.Ordinal));
        if (expected != ExitCode.DataRefused)
        {
            Assert.Contains("output SQNR", outcome.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Bench_OneGraphAgainstNone_HasNoGoal() =>
        Assert.Equal(
            ExitCode.WrongUsage,
            (await CapturedTerminal.RunAsync("bench", Golden.Path("cases/layernorm_gelu.onnx"), "--goal", "sqnr>=20")).ExitCode
        );

    [Fact]
    public async Task Bench_OneGraphAgainstAnother_IsRefusedWhereInputsDiffer()
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync(
            "bench",
            Golden.Path("cases/layernorm_gelu.onnx"),
            "--against",
            Golden.Path("cases/uint8_image.onnx")
        );

        Assert.Equal(ExitCode.DataRefused, outcome.ExitCode);
        Assert.Contains("VNP0141", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bench_InputsOfAFolder_AreWrongUsage() =>
        Assert.Equal(ExitCode.WrongUsage, (await CapturedTerminal.RunAsync("bench", models.Models, "--input", "codes:[1,4,9]")).ExitCode);

    [Theory]
    [InlineData("--frames", "0")]
    [InlineData("--runs", "0")]
    [InlineData("--music", "-1")]
    public async Task Bench_NumberOutOfRange_IsWrongUsage(string option, string value) =>
        Assert.Equal(ExitCode.WrongUsage, (await CapturedTerminal.RunAsync("bench", models.Models, option, value)).ExitCode);
}
