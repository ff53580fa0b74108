using VampNet.Checkpoints;
using VampNet.Cli.Commands;
using VampNet.Export;
using VampNet.Models;
using VampNet.TestSupport;
using VampNet.Validation.Folders;

namespace VampNet.Cli.Tests.Commands;

public sealed class LoraPlacementTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Place_OneTransformerNamed_TakesIt()
    {
        string lora = LoraOf("tiny/coarse.pth");

        CheckpointFiles coarse = LoraPlacement.Place(lora, new("coarse.pth", null, "codec.pth"));
        CheckpointFiles c2f = LoraPlacement.Place(lora, new(null, "c2f.pth", "codec.pth"));

        Assert.Equal((lora, null), (coarse.CoarseLora, coarse.C2fLora));
        Assert.Equal((null, lora), (c2f.CoarseLora, c2f.C2fLora));
    }

    [Fact]
    public void Place_ModelsOfDifferentDepth_TakesTheOneItFits()
    {
        var files = CheckpointFiles.Find(Golden.Path("tiny"));
        string coarse = LoraOf("tiny/coarse.pth"),
            c2f = LoraOf("tiny/c2f.pth");

        Assert.Equal(files with { CoarseLora = coarse }, LoraPlacement.Place(coarse, files));
        Assert.Equal(files with { C2fLora = c2f }, LoraPlacement.Place(c2f, files));
    }

    [Fact]
    public void Place_FitsBoth_IsRefused()
    {
        CommandException error = Assert.Throws<CommandException>(() =>
            LoraPlacement.Place(LoraOf("micro/c2f.pth"), CheckpointFiles.Find(Golden.Path("micro")))
        );

        Assert.Equal("VNL0006", error.Id);
        Assert.Contains("fits both", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Place_FitsNeither_IsRefused()
    {
        CommandException error = Assert.Throws<CommandException>(() =>
            LoraPlacement.Place(Golden.Path("checkpoint_zoo/lora_only.pth"), CheckpointFiles.Find(Golden.Path("tiny")))
        );

        Assert.Equal("VNL0006", error.Id);
        Assert.Contains("fits neither", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Place_Folder_TakesWholeModelsAndLaysLoraTensorsOver()
    {
        var files = CheckpointFiles.Find(Golden.Path("tiny"));
        string folder = Directory.CreateDirectory(_folder.At("jazz")).FullName,
            coarse = Path.Combine(folder, "coarse.pth"),
            c2f = Path.Combine(folder, "c2f.pth");
        File.Copy(LoraOf("tiny/coarse.pth"), coarse);

        Assert.Equal(files with { CoarseLora = coarse }, LoraPlacement.Place(folder, files));

        File.Copy(Golden.Path("tiny/c2f.pth"), c2f);
        Assert.Equal(files with { CoarseLora = coarse, C2f = c2f }, LoraPlacement.Place(folder, files));
    }

    [Fact]
    public void Place_FolderWithoutModels_IsRefused()
    {
        ExportException error = Assert.Throws<ExportException>(() =>
            LoraPlacement.Place(_folder.Path, CheckpointFiles.Find(Golden.Path("tiny")))
        );

        Assert.Equal("VNE0107", error.Id);
        Assert.Contains("neither coarse.pth nor c2f.pth", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_WithLora_SaysSoInTheManifestOfThatModelAlone()
    {
        string lora = LoraOf("tiny/c2f.pth");

        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync(
            "export",
            "--checkpoints",
            Golden.Path("tiny"),
            "--lora",
            lora,
            "--out",
            _folder.At("models"),
            "--json"
        );

        Assert.Equal(ExitCode.Done, outcome.ExitCode);
        ModelManifest manifest = new ModelFolder(_folder.At("models")).ReadManifest();
        Assert.NotNull(manifest.Models["c2f"].LoraSha256);
        Assert.Null(manifest.Models["coarse"].LoraSha256);
    }

    public void Dispose() => _folder.Dispose();

    private string LoraOf(string checkpoint)
    {
        using Checkpoint source = Checkpoint.Open(Golden.Path(checkpoint));
        string path = _folder.At(Path.GetFileNameWithoutExtension(checkpoint) + "_lora.safetensors");
        SafeTensorsWriter.WriteFile(path, source.TensorList.Where(tensor => TensorRow.Of(tensor).IsLora).Select(TensorEntry.From));
        return path;
    }
}
