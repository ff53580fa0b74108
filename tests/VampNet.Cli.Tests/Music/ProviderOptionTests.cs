using System.Text.Json;

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
        Assert.Contains("VNR0502: Found the provider cpu. Expected cuda:0 use_tf32=1", outcome.Error, StringComparison.Ordinal);
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

    private Task<CapturedTerminal.Outcome> EncodeAsync(params string[] options) =>
        CapturedTerminal.RunAsync(["encode", exported.Sound, _folder.At("codes.safetensors"), "--models", exported.Models, .. options]);
}
