using System.Text.Json;
using VampNet.TestSupport;
using VampNet.Validation.Folders;

namespace VampNet.Cli.Tests.Commands;

public sealed class ExportCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Out => _folder.At("models");

    [Fact]
    public async Task Export_FolderOfCheckpoints_WritesEveryGraphAndShowsWhatWasMade()
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync("export", "--checkpoints", Golden.Path("micro"), "--out", Out);

        Assert.Equal(ExitCode.Done, outcome.ExitCode);
        foreach (string graph in (string[])["coarse.onnx", "c2f.onnx", "codec_encoder.onnx", "codec_decoder.onnx"])
        {
            Assert.True(File.Exists(Path.Combine(Out, graph)));
            Assert.Contains($"| {graph} ", outcome.Output, StringComparison.Ordinal);
            Assert.Contains($"writing {graph}\n", outcome.Error, StringComparison.Ordinal);
        }

        new ModelFolder(Out).RequireUnchanged(new ModelFolder(Out).ReadManifest());
    }

    [Fact]
    public async Task Export_NamedCheckpointsAndOptions_ReachTheGraphs()
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync(
            "export",
            "--coarse",
            Golden.Path("micro/coarse.pth"),
            "--codec",
            Golden.Path("micro/codec.pth"),
            "--out",
            Out,
            "--opset",
            "17",
            "--target",
            "onnxruntime",
            "--license",
            "CC-BY-NC-SA-4.0",
            "--json"
        );

        using JsonDocument json = JsonDocument.Parse(outcome.Output);
        JsonElement root = json.RootElement;
        Assert.Equal(17, root.GetProperty("opset").GetInt32());
        Assert.Equal("onnxruntime", root.GetProperty("target").GetString());
        Assert.Equal("CC-BY-NC-SA-4.0", root.GetProperty("weight_license").GetString());
        Assert.False(root.GetProperty("models").TryGetProperty("c2f", out _));
        Assert.False(File.Exists(Path.Combine(Out, "c2f.onnx")));
    }

    [Fact]
    public async Task Export_DacCodecAlone_WritesItsTwoGraphs()
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync(
            "export",
            "--codec",
            Golden.Path("dac/even/weights.pth"),
            "--codebooks",
            "4",
            "--out",
            Out,
            "--json"
        );

        Assert.Equal(ExitCode.Done, outcome.ExitCode);
        using JsonDocument json = JsonDocument.Parse(outcome.Output);
        JsonElement models = json.RootElement.GetProperty("models");
        Assert.Equal(["codec_decoder", "codec_encoder"], models.EnumerateObject().Select(model => model.Name));
        JsonElement configuration = models.GetProperty("codec_encoder").GetProperty("configuration");
        Assert.Equal(("dac", 4), (configuration.GetProperty("codec").GetString(), configuration.GetProperty("n_codebooks").GetInt32()));
    }

    [Fact]
    public async Task Export_FewerCodebooksWithATransformer_IsRefused() =>
        await AssertRefusedAsync(
            "^error VNE0106: ",
            "--coarse",
            Golden.Path("micro/coarse.pth"),
            "--codec",
            Golden.Path("micro/codec.pth"),
            "--codebooks",
            "4"
        );

    [Fact]
    public async Task Export_Twice_GivesEqualBytes()
    {
        string[] command = ["export", "--checkpoints", Golden.Path("micro"), "--json", "--out"];

        CapturedTerminal.Outcome first = await CapturedTerminal.RunAsync([.. command, Out]);
        CapturedTerminal.Outcome second = await CapturedTerminal.RunAsync([.. command, _folder.At("again")]);

        Assert.Equal(first.Output, second.Output);
    }

    [Theory]
    [InlineData("html.pth")]
    [InlineData("truncated_half.pth")]
    [InlineData("empty.pth")]
    public async Task Export_FileThatIsNoCheckpoint_IsRefusedAndNothingIsWritten(string file) =>
        await AssertRefusedAsync(
            "^error VNC[0-9]{4}: ",
            "--coarse",
            Golden.Path($"checkpoint_zoo/refuse/{file}"),
            "--codec",
            Golden.Path("micro/codec.pth")
        );

    [Fact]
    public async Task Export_GitLfsPointer_IsNamedAsSuch()
    {
        string pointer = _folder.Write(
            "coarse.pth",
            "version https://git-lfs.github.com/spec/v1\noid sha256:0000\nsize 1343574656\n"u8.ToArray()
        );

        string error = await AssertRefusedAsync("^error VNC[0-9]{4}: ", "--coarse", pointer, "--codec", Golden.Path("micro/codec.pth"));

        Assert.Contains("LFS", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_CoarseGivenAsC2f_IsRefused() =>
        await AssertRefusedAsync("^error VNA0202: ", "--c2f", Golden.Path("micro/coarse.pth"), "--codec", Golden.Path("micro/codec.pth"));

    [Fact]
    public async Task Export_CodecOfAnotherFamily_IsRefused() =>
        await AssertRefusedAsync("^error VNA0203: ", "--coarse", Golden.Path("micro/coarse.pth"), "--codec", Golden.Path("tiny/codec.pth"));

    [Fact]
    public async Task Export_NoCodec_IsRefused() =>
        await AssertRefusedAsync("^error VNE0102: ", "--coarse", Golden.Path("micro/coarse.pth"));

    [Fact]
    public async Task Export_FolderThatLacksACheckpoint_IsRefused() =>
        await AssertRefusedAsync("^error VNE0101: ", "--checkpoints", _folder.Path);

    [Fact]
    public async Task Export_OutputFolderThatHoldsSomethingElse_IsRefusedAndLeftAlone()
    {
        Directory.CreateDirectory(Out);
        File.WriteAllText(Path.Combine(Out, "thesis.tex"), "mine");

        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync("export", "--checkpoints", Golden.Path("micro"), "--out", Out);

        Assert.Equal(ExitCode.DataRefused, outcome.ExitCode);
        Assert.Contains("error VNE0103: ", outcome.Error, StringComparison.Ordinal);
        Assert.Equal("thesis.tex", Assert.Single(Directory.GetFileSystemEntries(Out).Select(Path.GetFileName)));
    }

    [Theory]
    [InlineData]
    [InlineData("--checkpoints", "a", "--coarse", "b")]
    [InlineData("--checkpoints", "a", "--lora", "b", "--coarse-lora", "c")]
    [InlineData("--checkpoints", "a", "--opset", "16")]
    [InlineData("--checkpoints", "a", "--opset", "24")]
    [InlineData("--checkpoints", "a", "--target", "tensorrt")]
    public async Task Export_ContradictoryOptions_AreWrongUsage(params string[] options)
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync(["export", "--out", Out, .. options]);

        Assert.Equal(ExitCode.WrongUsage, outcome.ExitCode);
        Assert.Matches("^error VNL0001: ", outcome.Error);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<string> AssertRefusedAsync(string pattern, params string[] options)
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync(["export", "--out", Out, .. options]);

        Assert.Equal((ExitCode.DataRefused, ""), (outcome.ExitCode, outcome.Output));
        string error = outcome.Error[outcome.Error.IndexOf("error ", StringComparison.Ordinal)..];
        Assert.Matches(pattern, error);
        Assert.False(Directory.Exists(Out));
        return error;
    }
}
