using VampNet.Checkpoints;

namespace VampNet.CheckpointMaker.Tests;

public sealed class HalfCheckpointTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vampnet-half-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Write_OfFloat32_RoundsEachWeightAndKeepsNamesShapesAndMetadata()
    {
        SyntheticCheckpoint.Of(ModelSizes.Micro.Coarse, 7).Write(At("whole.pth"));

        HalfCheckpoint.Write(At("whole.pth"), At("half.pth"));

        using Checkpoint whole = Checkpoint.Open(At("whole.pth"));
        using Checkpoint half = Checkpoint.Open(At("half.pth"));
        Assert.Equal(whole.Metadata.ToString(), half.Metadata.ToString());
        Assert.Equal(whole.TensorList.Select(tensor => tensor.Name), half.TensorList.Select(tensor => tensor.Name));
        foreach (CheckpointTensor tensor in whole.TensorList)
        {
            CheckpointTensor rounded = half.Tensors[tensor.Name];
            Assert.Equal(TensorElementType.Float16, rounded.ElementType);
            Assert.Equal(tensor.Shape, rounded.Shape);
            Assert.Equal(tensor.ToSingles().Select(value => (float)(Half)value), rounded.ToSingles());
        }
    }

    [Fact]
    public void Write_OfAWeightBeyondFloat16_NamesTheTensor()
    {
        PthWriter.WriteStateDictFile(At("large.pth"), [TensorEntry.From("block.weight", [1f, 1e5f], 2)]);

        InvalidDataException error = Assert.Throws<InvalidDataException>(() => HalfCheckpoint.Write(At("large.pth"), At("half.pth")));

        Assert.Contains("block.weight", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(At("half.pth")));
    }

    private string At(string name) => Path.Combine(_folder.FullName, name);
}
