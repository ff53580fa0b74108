using System.Text.Json;
using VampNet.TestSupport;

namespace VampNet.Cli.Tests.Commands;

public sealed class InspectCommandTests
{
    [Fact]
    public async Task Inspect_WeightsInNodesOfBranches_AreAmongTheLargest()
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync("inspect", Golden.Path("cases/layernorm_gelu.onnx"), "--json");

        using JsonDocument json = JsonDocument.Parse(outcome.Output);
        Assert.NotEqual(0, json.RootElement.GetProperty("outlook").GetProperty("largest").GetArrayLength());
    }

    [Fact]
    public async Task Inspect_AForeignGraph_SaysWhatItIsFedAndWhatQuantizeWouldDo()
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync("inspect", Golden.Path("cases/int32_ids_bool_mask.onnx"));

        Assert.Equal(ExitCode.Done, outcome.ExitCode);
        Assert.Matches(@"ids int32\[\w+,\w+\] 0\.\.\d+ \(rows of ", outcome.Output);
        Assert.Contains("largest ", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("weight-only-8, -4", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_Checkpoint_ShowsLayoutGlobalsConfigurationAndCounts()
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync("inspect", Golden.Path("micro/coarse.pth"));

        Assert.Equal((ExitCode.Done, ""), (outcome.ExitCode, outcome.Error));
        foreach (
            string line in (string[])
                [
                    "layout      ZipArchive\n",
                    "SHA-256     e2db453200c005b0dacac27944bf7dca46af50dcdbcf5868248ef7e796eb6cd8\n",
                    "parameters  37,664 in 44 tensors\n",
                    "LoRA        present, not yet merged\n",
                    "            torch._utils._rebuild_tensor_v2\n",
                    "            kwargs.embedding_dim = 32\n",
                ]
        )
        {
            Assert.Contains(line, outcome.Output, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("self_attn", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_CheckpointWithTensors_ListsEachOnce()
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync("inspect", Golden.Path("micro/coarse.pth"), "--tensors");

        Assert.Equal(44, outcome.Output.Split('\n').Count(line => line.Contains("| Float32 |", StringComparison.Ordinal)));
        Assert.Contains(
            "| transformer.layers.1.feed_forward.w_1.lora_B                  | Float32 | [128, 8]     |    1,024 |  4,096 |",
            outcome.Output,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Inspect_CheckpointAsJson_PrintsOneObject()
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync("inspect", Golden.Path("tiny/c2f.pth"), "--json", "--tensors");

        using JsonDocument json = JsonDocument.Parse(outcome.Output);
        JsonElement root = json.RootElement;
        Assert.Equal("ZipArchive", root.GetProperty("layout").GetString());
        Assert.Equal(14, root.GetProperty("metadata").GetProperty("kwargs").GetProperty("n_codebooks").GetInt32());
        Assert.True(root.GetProperty("lora").GetBoolean());
        Assert.Equal(root.GetProperty("tensor_count").GetInt32(), root.GetProperty("tensors").GetArrayLength());
        Assert.Equal(
            root.GetProperty("parameters").GetInt64(),
            root.GetProperty("tensors")
                .EnumerateArray()
                .Sum(tensor => tensor.GetProperty("shape").EnumerateArray().Aggregate(1L, (count, extent) => count * extent.GetInt64()))
        );
    }

    [Fact]
    public async Task Inspect_LoraOnlyFile_SaysSo()
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync("inspect", Golden.Path("checkpoint_zoo/lora_only.pth"));

        Assert.Contains("LoRA        nothing else: a file to merge into a base checkpoint\n", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_TensorFile_ShowsItsMetadata()
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync(
            "inspect",
            Golden.Path("micro/coarse_forward_b1_t5.safetensors"),
            "--tensors"
        );

        Assert.Equal(ExitCode.Done, outcome.ExitCode);
        Assert.Contains("layout      SafeTensors\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("LoRA        no\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("| Int64   | [1, 4, 5]", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_Graph_ShowsOpsetsContractAndOperators()
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync("inspect", Golden.Path("foreign/coarse_torch_export.onnx"));

        Assert.Equal((ExitCode.Done, ""), (outcome.ExitCode, outcome.Error));
        foreach (
            string line in (string[])
                [
                    "opsets      ai.onnx 17\n",
                    "inputs      latents float[batch, 32, time]\n",
                    "nodes       455\n",
                    "| Constant        |   155 |\n",
                ]
        )
        {
            Assert.Contains(line, outcome.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Inspect_GraphAsJson_CountsWhatTheFileHolds()
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync(
            "inspect",
            Golden.Path("foreign/coarse_torch_export.onnx"),
            "--json"
        );

        using JsonDocument json = JsonDocument.Parse(outcome.Output);
        JsonElement root = json.RootElement;
        Assert.Equal(455, root.GetProperty("nodes").GetInt32());
        Assert.Equal(455, root.GetProperty("operators").EnumerateArray().Sum(each => each.GetProperty("count").GetInt32()));
        Assert.Equal(17, root.GetProperty("opsets").GetProperty("ai.onnx").GetInt32());
        Assert.False(root.TryGetProperty("initializers", out _));
        Assert.Equal(22, root.GetProperty("initializer_count").GetInt32());
    }

    [Fact]
    public async Task Inspect_GraphWithTensors_ListsItsInitializers()
    {
        CapturedTerminal.Outcome text = await CapturedTerminal.RunAsync(
            "inspect",
            Golden.Path("foreign/coarse_torch_export.onnx"),
            "--tensors"
        );
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync(
            "inspect",
            Golden.Path("foreign/coarse_torch_export.onnx"),
            "--tensors",
            "--json"
        );

        using JsonDocument json = JsonDocument.Parse(outcome.Output);
        Assert.Equal(22, json.RootElement.GetProperty("initializers").GetArrayLength());
        Assert.Equal(22, text.Output.Split('\n').Count(line => line.Contains("| float |", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Inspect_NoSuchFile_IsRefused()
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync("inspect", "no-such-file.pth");

        Assert.Equal((ExitCode.DataRefused, ""), (outcome.ExitCode, outcome.Output));
        Assert.StartsWith("error VNL0002: Found no file ", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(RefusedCheckpoints))]
    public async Task Inspect_HostileCheckpoint_IsRefusedWithAnIdAndPrintsNothing(string name)
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync("inspect", Golden.Path($"checkpoint_zoo/refuse/{name}"));

        Assert.Equal((ExitCode.DataRefused, ""), (outcome.ExitCode, outcome.Output));
        Assert.Matches("^error VNC[0-9]{4}: ", outcome.Error);
    }

    [Fact]
    public async Task Inspect_HtmlPageNamedOnnx_IsRefusedWithAnId()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("page.onnx", File.ReadAllBytes(Golden.Path("checkpoint_zoo/refuse/html.pth")));

        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync("inspect", path);

        Assert.Equal((ExitCode.DataRefused, ""), (outcome.ExitCode, outcome.Output));
        Assert.Matches("^error VNO[0-9]{4}: ", outcome.Error);
    }

    public static TheoryData<string> RefusedCheckpoints() =>
        [.. Directory.GetFiles(Golden.Path("checkpoint_zoo/refuse")).Select(path => Path.GetFileName(path))];
}
