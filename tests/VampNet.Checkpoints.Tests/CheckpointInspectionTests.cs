using System.Security.Cryptography;
using VampNet.TestSupport;

namespace VampNet.Checkpoints.Tests;

public sealed class CheckpointInspectionTests
{
    [Fact]
    public void Read_ACoarseCheckpoint_TellsWhatItHolds()
    {
        string path = Golden.Path("tiny/coarse.pth");
        CheckpointInspection inspection = Inspect(path);

        Assert.Equal(62, inspection.Tensors.Length);
        Assert.Equal(inspection.Tensors.Sum(row => row.ByteLength / 4), inspection.ParameterCount);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))), inspection.Sha256);
        Assert.Equal(["collections.OrderedDict", "torch.FloatStorage", "torch._utils._rebuild_tensor_v2"], inspection.Globals);
        Assert.Equal(new FileInfo(path).Length, inspection.FileLength);
        Assert.True(inspection.HasLora);
        Assert.False(inspection.IsLoraOnly);
    }

    [Theory]
    [InlineData("checkpoint_zoo/lora_only.pth", true, true)]
    [InlineData("checkpoint_zoo/weights.pth", true, false)]
    [InlineData("micro/codec.pth", false, false)]
    public void Read_AnyCheckpoint_TellsWhetherThereIsLora(string file, bool has, bool only)
    {
        CheckpointInspection inspection = Inspect(Golden.Path(file));

        Assert.Equal((has, only), (inspection.HasLora, inspection.IsLoraOnly));
    }

    [Fact]
    public void Read_WithoutHashing_ReadsNoStorage()
    {
        using Checkpoint checkpoint = Checkpoint.Open(Golden.Path("tiny/coarse.pth"));

        Assert.Null(CheckpointInspection.Read(checkpoint, hashFile: false).Sha256);
    }

    private static CheckpointInspection Inspect(string path)
    {
        using Checkpoint checkpoint = Checkpoint.Open(path);
        return CheckpointInspection.Read(checkpoint);
    }
}
