using System.Text.Json;
using VampNet.Models;
using VampNet.TestSupport;
using VampNet.Validation.Folders;

namespace VampNet.Cli.Tests.Music;

public sealed class ChunkOptionsTests(ExportedModels exported) : IClassFixture<ExportedModels>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Vamp_ModelsOfAForkWithItsOwnLengths_TakesThemFromTheManifest()
    {
        string models = _folder.At("models");
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync(
            "export",
            "--checkpoints",
            Golden.Path("micro"),
            "--coarse-chunk",
            "6.5",
            "--out",
            models
        );
        Assert.Equal(ExitCode.Done, outcome.ExitCode);
        ModelManifest manifest = new ModelFolder(models).ReadManifest();
        Assert.Equal((6.5, null), (manifest.Models["coarse"].ChunkSeconds, manifest.Models["c2f"].ChunkSeconds));

        Assert.Equal((6.5, 3), await LengthsAsync(models));
        Assert.Equal((8, 1.5), await LengthsAsync(models, "--coarse-chunk", "8", "--fine-chunk", "1.5"));
    }

    [Fact]
    public async Task Vamp_ModelsWithoutLengths_TakesUpstreams() => Assert.Equal((10, 3), await LengthsAsync(exported.Models));

    public void Dispose() => _folder.Dispose();

    private async Task<(double Coarse, double Fine)> LengthsAsync(string models, params string[] options)
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync([
            "vamp",
            exported.Sound,
            _folder.At("out.wav"),
            "--models",
            models,
            "--steps",
            "1",
            .. options,
        ]);
        Assert.Equal(ExitCode.Done, outcome.ExitCode);
        using JsonDocument json = JsonDocument.Parse(await File.ReadAllTextAsync(_folder.At("out.json")));
        JsonElement settings = json.RootElement.GetProperty("options");
        return (settings.GetProperty("coarse_chunk_seconds").GetDouble(), settings.GetProperty("fine_chunk_seconds").GetDouble());
    }
}
