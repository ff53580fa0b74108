using System.Text.Json;
using VampNet.Checkpoints;
using VampNet.Export;
using VampNet.TestSupport;

namespace VampNet.Cli.Tests.Music;

/// <summary>Vamps under control signals: the golden coarse model that has them, with the codec and c2f model of the same sizes.</summary>
public sealed class ControlOptionsTests(ExportedModels exported) : IClassFixture<ExportedModels>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Vamp_UnderASignal_ChangesTheMusicAndIsRepeatedByItsSettings()
    {
        string models = Export();
        string loud = Signal("loud.safetensors", 1, 29, 5),
            silent = Signal("silent.safetensors", 1, 29, 5, mask: 0);

        await DoneAsync("plain", models);
        await DoneAsync("silent", models, "--control", $"rms={silent}");
        await DoneAsync("loud", models, "--control", $"rms={loud}");
        await DoneAsync("guided", models, "--control", $"rms={loud}", "--cfg-scale", "3");
        await DoneAsync("again", models, "--settings", _folder.At("guided.json"));

        Assert.Equal(Read("plain.wav"), Read("silent.wav"));
        Assert.NotEqual(Read("plain.wav"), Read("loud.wav"));
        Assert.NotEqual(Read("loud.wav"), Read("guided.wav"));
        Assert.Equal(Read("guided.wav"), Read("again.wav"));
        using JsonDocument json = JsonDocument.Parse(Read("guided.json"));
        JsonElement options = json.RootElement.GetProperty("options");
        Assert.Equal(3, options.GetProperty("cfg_scale").GetDouble());
        Assert.Equal(29, options.GetProperty("controls").GetProperty("rms").GetProperty("mask").GetArrayLength());
    }

    [Theory]
    [InlineData("rms", 1, 28, "VNR0208")]
    [InlineData("rms", 2, 29, "VNR0208")]
    [InlineData("pitch", 1, 29, "VNR0208")]
    public async Task Vamp_ASignalThatDoesNotFit_IsRefused(string name, int width, int frames, string id)
    {
        CapturedTerminal.Outcome outcome = await RunAsync(
            "out",
            Export(),
            "--control",
            $"{name}={Signal("signal.safetensors", width, frames, 1)}"
        );

        Assert.Equal(ExitCode.DataRefused, outcome.ExitCode);
        Assert.Matches($"(?m)^error {id}: Found the control signal {name} ", outcome.Error);
    }

    [Fact]
    public async Task Vamp_AFileWithoutASignal_IsRefused()
    {
        SafeTensorsWriter.WriteFile(_folder.At("other.safetensors"), [TensorEntry.From("a", [1f], 1), TensorEntry.From("b", [1f], 1)]);

        CapturedTerminal.Outcome outcome = await RunAsync("out", exported.Models, "--control", $"rms={_folder.At("other.safetensors")}");

        Assert.Equal(ExitCode.DataRefused, outcome.ExitCode);
        Assert.Matches("(?m)^error VNL0013: Found a \\[1\\], b \\[1\\] in ", outcome.Error);
    }

    [Theory]
    [InlineData("--control", "rms")]
    [InlineData("--control", "=file")]
    [InlineData("--control", "rms=")]
    [InlineData("--cfg-scale", "2")]
    public async Task Vamp_NoNameOrFile_IsWrongUsage(params string[] options) =>
        Assert.Equal(ExitCode.WrongUsage, (await RunAsync("out", exported.Models, options)).ExitCode);

    public void Dispose() => _folder.Dispose();

    private async Task DoneAsync(string name, string models, params string[] options)
    {
        CapturedTerminal.Outcome outcome = await RunAsync(name, models, options);
        Assert.True(outcome.ExitCode == ExitCode.Done, outcome.Error);
    }

    private Task<CapturedTerminal.Outcome> RunAsync(string name, string models, params string[] options)
    {
        string[] seedAndSteps = options.Contains("--settings") ? [] : ["--seed", "4", "--steps", "2"];
        return CapturedTerminal.RunAsync([
            "vamp",
            exported.Sound,
            _folder.At($"{name}.wav"),
            "--models",
            models,
            .. seedAndSteps,
            .. options,
        ]);
    }

    private byte[] Read(string name) => File.ReadAllBytes(_folder.At(name));

    private string Export()
    {
        string models = _folder.At("models");
        CheckpointFiles files = CheckpointFiles.Find(Golden.Path("micro")) with { Coarse = Golden.Path("ctrl/coarse.pth") };
        ExportRun.Run(files.ToRequest(models));
        return models;
    }

    private string Signal(string name, int width, int frames, float value, float mask = 1)
    {
        string path = _folder.At(name);
        float[] values = new float[width * frames],
            masks = new float[frames];
        values.AsSpan().Fill(value);
        masks.AsSpan().Fill(mask);
        SafeTensorsWriter.WriteFile(path, [TensorEntry.From("signal", values, width, frames), TensorEntry.From("mask", masks, frames)]);
        return path;
    }
}
