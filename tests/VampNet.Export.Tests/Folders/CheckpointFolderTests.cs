using VampNet.Architecture;
using VampNet.Checkpoints;
using VampNet.Export.Folders;
using VampNet.TestSupport;

namespace VampNet.Export.Tests.Folders;

public sealed class CheckpointFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("")]
    [InlineData("models/vampnet")]
    [InlineData("vampnet")]
    [InlineData("snapshots/0123abcd/models/vampnet")]
    public void Find_AnyLayout_GivesTheThreeFiles(string place)
    {
        string folder = Fill(place, "coarse.pth", "c2f.pth", "codec.pth");

        Assert.Equal(
            new CheckpointFiles(Path.Combine(folder, "coarse.pth"), Path.Combine(folder, "c2f.pth"), Path.Combine(folder, "codec.pth")),
            CheckpointFiles.Find(_folder.Root)
        );
    }

    [Fact]
    public void Find_ACacheOfSeveralRevisions_TakesTheOneThatMainNames()
    {
        Fill("snapshots/aaaa", "coarse.pth", "codec.pth");
        string newest = Fill("snapshots/bbbb", "coarse.pth", "codec.pth");
        Directory.CreateDirectory(_folder["refs"]);
        File.WriteAllText(_folder["refs/main"], "bbbb\n");

        Assert.Equal(newest, CheckpointFolder.Find(_folder.Root).Folder);
    }

    [Theory]
    [InlineData("coarse.pth")]
    [InlineData("c2f.pth")]
    public void Find_OneTransformerWithACodec_IsEnough(string transformer)
    {
        Fill("", transformer, "codec.pth");

        CheckpointFolder found = CheckpointFolder.Find(_folder.Root);

        Assert.Equal((transformer == "coarse.pth", transformer == "c2f.pth"), (found.Coarse is not null, found.C2f is not null));
    }

    [Fact]
    public void Find_ACodecOfAnotherName_IsFoundByWhatItHolds()
    {
        Fill("", "coarse.pth");
        File.Copy(Golden.Path("dac/odd/weights.pth"), _folder["weights_24khz.pth"]);
        File.Copy(Golden.Path("checkpoint_zoo/lora_only.pth"), _folder["lora.pth"]);
        File.WriteAllText(_folder["optimizer.pth"], "never opened");

        Assert.Equal(_folder["weights_24khz.pth"], CheckpointFolder.Find(_folder.Root).Codec);
    }

    [Fact]
    public void Find_SeveralCodecsOfOtherNames_AsksForOne()
    {
        File.Copy(Golden.Path("dac/odd/weights.pth"), _folder["a.pth"]);
        File.Copy(Golden.Path("micro/codec.pth"), _folder["b.pth"]);

        ExportException error = Assert.Throws<ExportException>(() => CheckpointFolder.Find(_folder.Root));

        Assert.Equal(ExportErrorIds.CheckpointMissing, error.Id);
        Assert.Contains("a.pth, b.pth", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_ATransformerAndACodecApart_PrefersThePlaceThatHoldsBoth()
    {
        Fill("", "codec.pth");
        string both = Fill("models/vampnet", "coarse.pth", "codec.pth");

        Assert.Equal(both, CheckpointFolder.Find(_folder.Root).Folder);
    }

    [Fact]
    public void Find_NoCodec_ListsEveryPlaceWithWhatItHolds()
    {
        Fill("", "coarse.pth", "c2f.pth");

        ExportException error = Assert.Throws<ExportException>(() => CheckpointFolder.Find(_folder.Root));

        Assert.Equal(ExportErrorIds.CheckpointMissing, error.Id);
        Assert.Contains($"  {_folder.Root}: coarse.pth and c2f.pth, but no codec\n", error.Message, StringComparison.Ordinal);
        Assert.Contains($"  {_folder["models/vampnet"]}: no such folder\n", error.Message, StringComparison.Ordinal);
        Assert.Contains($"  {_folder["vampnet"]}: no such folder\n", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("quantizer.vq.layers.0._codebook.embed", "EnCodec")]
    [InlineData("decoder.model.1.weight", "SNAC")]
    public void Find_AloneAModelThatCannotBeConverted_IsNamedWhenItIsBound(string tensor, string family)
    {
        SafeTensorsWriter.WriteFile(_folder["model.safetensors"], [TensorEntry.From(tensor, new float[4], 4)]);

        using Checkpoint checkpoint = Checkpoint.Open(CheckpointFolder.Find(_folder.Root).Codec!);
        ArchitectureException error = Assert.Throws<ArchitectureException>(() => ModelBinder.BindCodec(checkpoint));

        Assert.Equal("VNA0204", error.Id);
        Assert.Contains(family, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("optimizer.pth")]
    [InlineData("scheduler.pth")]
    [InlineData("tracker.pth")]
    [InlineData("metadata.pth")]
    [InlineData("wavebeat.pth")]
    public void IgnoredBecause_FilesOfTraining_AreKnownByName(string name)
    {
        Assert.NotNull(FolderInventory.IgnoredBecause($"/any/{name}"));
        Assert.Null(FolderInventory.IgnoredBecause("/any/coarse.pth"));
    }

    public void Dispose() => _folder.Dispose();

    private string Fill(string place, params string[] names)
    {
        string folder = place.Length == 0 ? _folder.Root : _folder[place];
        Directory.CreateDirectory(folder);
        foreach (string name in names)
        {
            File.Copy(Golden.Path($"micro/{name}"), Path.Combine(folder, name));
        }

        return folder;
    }
}
