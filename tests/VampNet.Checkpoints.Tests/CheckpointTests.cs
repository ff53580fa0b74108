using VampNet.Checkpoints.Metadata;
using VampNet.TestSupport;

namespace VampNet.Checkpoints.Tests;

public sealed class CheckpointTests
{
    public static TheoryData<string> Layouts => [.. CheckpointZoo.Layouts];

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Open_EveryLayoutPyTorchWrites_GivesEveryTensorExactly(string file)
    {
        using Checkpoint checkpoint = Checkpoint.Open(CheckpointZoo.Path(file));

        Assert.Equal(
            CheckpointZoo.Expected(file),
            checkpoint.TensorList.Select(tensor => new CheckpointZoo.ExpectedTensor(
                tensor.Name,
                tensor.ElementType.TorchName(),
                string.Join(",", tensor.Shape),
                tensor.ComputeSha256()
            ))
        );
    }

    [Theory]
    [InlineData("weights.pth", CheckpointLayout.ZipArchive)]
    [InlineData("torch2_layout.pth", CheckpointLayout.ZipArchive)]
    [InlineData("legacy.pth", CheckpointLayout.LegacyStream)]
    [InlineData("codec_package.pth", CheckpointLayout.TorchPackage)]
    public void Layout_IsFoundByContent(string file, CheckpointLayout expected)
    {
        using Checkpoint checkpoint = Checkpoint.Open(CheckpointZoo.Path(file));

        Assert.Equal(expected, checkpoint.Layout);
    }

    [Theory]
    [InlineData("tiny/coarse.pth", 4, 3)]
    [InlineData("micro/c2f.pth", 14, 2)]
    public void Metadata_OfATransformer_HoldsItsConfiguration(string file, int codebooks, int layers)
    {
        using Checkpoint checkpoint = Checkpoint.Open(Golden.Path(file));
        MetadataValue kwargs = checkpoint.Metadata["kwargs"]!;

        Assert.Equal(codebooks, kwargs["n_codebooks"]!.AsInt32());
        Assert.Equal(layers, kwargs["n_layers"]!.AsInt32());
        Assert.Equal(0.1, kwargs["dropout"]!.AsDouble());
        Assert.False(kwargs["flash_attn"]!.AsBoolean());
        Assert.Equal("mask", kwargs["noise_mode"]!.AsText());
        Assert.IsType<MetadataValue.None>(kwargs["ctrl_dims"]);
    }

    [Fact]
    public void Metadata_OfAPackage_IsItsOwnRecord()
    {
        using Checkpoint checkpoint = Checkpoint.Open(CheckpointZoo.Path("codec_package.pth"));

        Assert.Equal([2, 4], checkpoint.Metadata["kwargs"]!["encoder_rates"]!.AsSequence().Select(rate => rate.AsInt32()));
        Assert.Contains("lac.model.lac.LAC", checkpoint.Globals);
    }

    [Fact]
    public void ReadBeside_AHugeNeighbour_IsRefused()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("weights.pth");
        File.Copy(Golden.Path("checkpoint_zoo/weights.pth"), path);
        using (FileStream settings = File.Create(folder.File("config.json")))
        {
            settings.SetLength((1 << 20) + 1);
        }

        using Checkpoint checkpoint = Checkpoint.Open(path);

        Assert.Equal("VNC0702", Assert.Throws<CheckpointException>(() => checkpoint.ReadBeside("config.json")).Id);
        Assert.Null(checkpoint.ReadBeside("nothing.json"));
    }
}
