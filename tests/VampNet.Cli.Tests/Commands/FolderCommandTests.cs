using System.Text.Json;
using VampNet.Models;
using VampNet.TestSupport;
using VampNet.Validation.Folders;

namespace VampNet.Cli.Tests.Commands;

/// <summary>Folders as users hold them: what inspect says of them, and what export takes from them.</summary>
public sealed class FolderCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Inspect_ACheckout_SaysFamilyFilesAndTheCommand()
    {
        Place("models/vampnet", "coarse.pth", "codec.pth");
        Place("models/vampnet/loras/jazz", "coarse.pth");
        await File.WriteAllTextAsync(_folder.At("models/vampnet/wavebeat.pth"), "", TestContext.Current.CancellationToken);

        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync("inspect", _folder.Path);

        Assert.Equal((ExitCode.Done, ""), (outcome.ExitCode, outcome.Error));
        foreach (
            string line in (string[])
                [
                    "family      VampNet with a LAC codec\n",
                    "missing     c2f.pth: the coarse-to-fine model, which music needs\n",
                    "fine-tuned  jazz: add --lora jazz\n",
                    $"to convert  vampnet export --checkpoints {_folder.Path} --out models/{Path.GetFileName(_folder.Path)}\n",
                    "coarse: a VampNet transformer",
                    "ignored: WaveBeat",
                ]
        )
        {
            Assert.Contains(line, outcome.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Inspect_ADacCodecAlone_IsConverted()
    {
        File.Copy(Golden.Path("dac/odd/weights.pth"), _folder.At("weights.pth"));

        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync("inspect", _folder.Path, "--json");

        using JsonDocument json = JsonDocument.Parse(outcome.Output);
        Assert.Equal("a DAC codec alone", json.RootElement.GetProperty("family").GetString());
        Assert.Equal(_folder.At("weights.pth"), json.RootElement.GetProperty("codec").GetString());
        Assert.Equal(2, json.RootElement.GetProperty("missing").GetArrayLength());
    }

    [Fact]
    public async Task Inspect_ATrainingRun_ListsItsTagsAndHowToLayItOverABase()
    {
        Place("coarse/latest/vampnet", "coarse.pth");
        File.Move(_folder.At("coarse/latest/vampnet/coarse.pth"), _folder.At("coarse/latest/vampnet/weights.pth"));
        await File.WriteAllTextAsync(_folder.At("coarse/latest/optimizer.pth"), "", TestContext.Current.CancellationToken);

        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync("inspect", _folder.Path);

        Assert.Contains("tags        latest\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains($"vampnet export --checkpoints DIR --lora {_folder.Path}", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("ignored: the optimizer's state", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_AnEmptyFolder_SaysWhereItLooked()
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync("inspect", _folder.Path);

        Assert.Equal(ExitCode.Done, outcome.ExitCode);
        Assert.Contains("family      none that can be converted\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains(_folder.At("models/vampnet"), outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_ARunByName_NamesTheFilesUsedInTheManifest()
    {
        Place("models/vampnet", "coarse.pth", "codec.pth");
        Place("runs/jazz/coarse/best/vampnet", "coarse.pth");
        File.Move(_folder.At("runs/jazz/coarse/best/vampnet/coarse.pth"), _folder.At("runs/jazz/coarse/best/vampnet/weights.pth"));

        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync(
            "export",
            "--checkpoints",
            _folder.Path,
            "--lora",
            "jazz",
            "--tag",
            "best",
            "--out",
            _folder.At("out")
        );

        Assert.Equal((ExitCode.Done, ""), (outcome.ExitCode, outcome.ExitCode == ExitCode.Done ? "" : outcome.Error));
        ModelManifest manifest = new ModelFolder(_folder.At("out")).ReadManifest();
        Assert.Equal("coarse/best/vampnet/weights.pth", manifest.Models["coarse"].CheckpointFile);
        Assert.Equal("codec.pth", manifest.Models["coarse"].CodecFile);
        Assert.Equal("codec.pth", manifest.Models["codec_decoder"].CheckpointFile);
        Assert.False(manifest.Models.ContainsKey("c2f"));
    }

    [Fact]
    public async Task Export_LoraTensorsWithoutTheirBase_AreRefused()
    {
        Place("", "codec.pth");

        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync(
            "export",
            "--checkpoints",
            _folder.Path,
            "--lora",
            Golden.Path("checkpoint_zoo/lora_only.pth"),
            "--out",
            _folder.At("out")
        );

        Assert.Equal(ExitCode.DataRefused, outcome.ExitCode);
        Assert.Matches("(?m)^error VNL0006: Found LoRA tensors in ", outcome.Error);
    }

    [Theory]
    [InlineData("--tag", "best")]
    [InlineData("--tag", "../best", "--lora", "jazz")]
    public async Task Export_ATagThatCannotBe_IsWrongUsage(params string[] options)
    {
        Place("", "codec.pth");

        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync([
            "export",
            "--checkpoints",
            _folder.Path,
            "--out",
            _folder.At("out"),
            .. options,
        ]);

        Assert.Equal(ExitCode.WrongUsage, outcome.ExitCode);
        Assert.Contains("--tag", outcome.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private void Place(string place, params string[] names)
    {
        string folder = place.Length == 0 ? _folder.Path : Directory.CreateDirectory(_folder.At(place)).FullName;
        foreach (string name in names)
        {
            File.Copy(Golden.Path($"micro/{name}"), Path.Combine(folder, name));
        }
    }
}
