using System.Text.Json;
using VampNet.TestSupport;

namespace VampNet.Cli.Tests.Music;

public sealed class ProviderOptionTests(ExportedModels exported) : IClassFixture<ExportedModels>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("--provider", "gpu")]
    [InlineData("--provider", "cuda:x")]
    [InlineData("--provider-option", "use_tf32")]
    [InlineData("--provider-option", "use_tf23=0")]
    [InlineData("--provider-option", "use_tf32=2")]
    public async Task Encode_WrongWord_IsWrongUsageThatNamesIt(string option, string value)
    {
        CapturedTerminal.Outcome outcome = await EncodeAsync(option, value);

        Assert.Equal(ExitCode.WrongUsage, outcome.ExitCode);
        Assert.Contains($"Found \"{value}\" for {option}. Expected ", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("verify")]
    [InlineData("bench")]
    [InlineData("report")]
    [InlineData("quantize")]
    [InlineData("optimize")]
    [InlineData("serve")]
    public async Task Command_CudaWithoutAGpu_IsRefusedAtOnce(string command)
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync([.. LineOf(command), "--provider", "cuda"]);

        Assert.Equal(ExitCode.DataRefused, outcome.ExitCode);
        Assert.Contains("VNR0303: Found the provider 'cuda' unavailable: ", outcome.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.At("out.onnx")));
    }

    [Theory]
    [InlineData("verify")]
    [InlineData("bench")]
    [InlineData("report")]
    [InlineData("quantize")]
    [InlineData("optimize")]
    [InlineData("serve")]
    public async Task Command_WrongProviderOption_IsWrongUsage(string command)
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync([.. LineOf(command), "--provider-option", "use_tf23=0"]);

        Assert.Equal(ExitCode.WrongUsage, outcome.ExitCode);
        Assert.Contains("Found \"use_tf23=0\" for --provider-option. Expected ", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("verify")]
    [InlineData("optimize")]
    public async Task Command_ThatComparesFloat32_RefusesTf32(string command)
    {
        string[] cuda = ["--provider", "cuda", "--provider-option", "use_tf32=1"];

        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync([.. LineOf(command), .. cuda]);

        Assert.Equal(ExitCode.WrongUsage, outcome.ExitCode);
        Assert.Contains("Expected use_tf32=0", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Optimize_AutoWithoutAGpu_ChecksOnTheProcessorAndSaysSo()
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync([.. LineOf("optimize"), "--provider", "auto"]);

        Assert.Equal(ExitCode.Done, outcome.ExitCode);
        Assert.Contains("provider: cpu: Found the provider 'cuda' unavailable: ", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Encode_OptionForTheProcessor_IsWrongUsage() =>
        Assert.Equal(ExitCode.WrongUsage, (await EncodeAsync("--provider-option", "use_tf32=0")).ExitCode);

    [Fact]
    public async Task Encode_AutoWithoutAGpu_SaysThatItTookTheProcessor()
    {
        CapturedTerminal.Outcome outcome = await EncodeAsync("--provider", "auto", "--provider-option", "use_tf32=0");

        Assert.Equal(ExitCode.Done, outcome.ExitCode);
        Assert.StartsWith("provider: cpu: Found the provider 'cuda' unavailable: ", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Encode_CudaWithoutAGpu_IsRefusedAndNothingFallsBack()
    {
        CapturedTerminal.Outcome outcome = await EncodeAsync("--provider", "cuda:1");

        Assert.Equal(ExitCode.DataRefused, outcome.ExitCode);
        Assert.Contains("VNR0303", outcome.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.At("codes.safetensors")));
    }

    [Fact]
    public async Task Vamp_SettingsOfAGpu_AreNotRepeatedOnTheProcessor()
    {
        string[] line = ["vamp", exported.Sound, _folder.At("a.wav"), "--models", exported.Models, "--steps", "1"];
        await CapturedTerminal.RunAsync(line);
        string settings = File.ReadAllText(_folder.At("a.json"));
        Assert.DoesNotContain("\"provider\"", settings, StringComparison.Ordinal);
        File.WriteAllText(
            _folder.At("gpu.json"),
            settings.Replace("\"threads\"", "\"provider\": \"cuda:0 use_tf32=1\",\n  \"threads\"", StringComparison.Ordinal)
        );

        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync(
            "vamp",
            exported.Sound,
            _folder.At("b.wav"),
            "--models",
            exported.Models,
            "--settings",
            _folder.At("gpu.json")
        );

        Assert.Equal(ExitCode.DataRefused, outcome.ExitCode);
        Assert.Contains("VNR0502: Found the provider cpu.\nExpected cuda:0 use_tf32=1", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_Cuda_SaysWhatIsNeededAndWhereItLooked()
    {
        using JsonDocument json = JsonDocument.Parse((await CapturedTerminal.RunAsync("doctor", "--json")).Output);

        JsonElement cuda = json.RootElement.GetProperty("cuda");
        Assert.Equal((13, 9), (cuda.GetProperty("needed_cuda").GetInt32(), cuda.GetProperty("needed_cudnn").GetInt32()));
        Assert.NotEqual(0, cuda.GetProperty("libraries").GetArrayLength());
        Assert.NotEqual(0, cuda.GetProperty("looked_in").GetArrayLength());
    }

    public void Dispose() => _folder.Dispose();

    private string[] LineOf(string command) =>
        command switch
        {
            "verify" => ["verify", exported.Models, "--checkpoints", Golden.Path("micro")],
            "bench" => ["bench", exported.Models],
            "report" => ["report", exported.Models, "--out", _folder.At("report")],
            "serve" => ["serve", "--models", exported.Models, "--port", "0", "--no-osc"],
            _ => [command, Path.Combine(exported.Models, "coarse.onnx"), _folder.At("out.onnx")],
        };

    private Task<CapturedTerminal.Outcome> EncodeAsync(params string[] options) =>
        CapturedTerminal.RunAsync(["encode", exported.Sound, _folder.At("codes.safetensors"), "--models", exported.Models, .. options]);
}
