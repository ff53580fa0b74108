using VampNet.Architecture;
using VampNet.Checkpoints;
using VampNet.TestSupport;

namespace VampNet.CheckpointMaker.Tests;

/// <summary>Checkpoints of the released sizes, with zeros for weights: opening reads none of them.</summary>
public sealed class FullSizeTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vampnet-full-size-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Open_ACoarseCheckpointOfReleasedSize_CountsItsParametersAtLittleCost() =>
        AssertOpens(ModelSizes.Released.Coarse, 335_893_664, 368, 1_343_000_000);

    [Fact]
    public void Open_ACoarseToFineCheckpointOfReleasedSize_CountsItsParametersAtLittleCost() =>
        AssertOpens(ModelSizes.Released.CoarseToFine, 277_753_072, 296, 1_111_000_000);

    private void AssertOpens(TransformerConfiguration configuration, long parameters, int tensors, long bytes)
    {
        string path = Path.Combine(_folder.FullName, "model.pth");
        SyntheticCheckpoint checkpoint = SyntheticCheckpoint.Of(configuration, 1);
        using (SparseFile file = new(path))
        {
            PthWriter.Write(file, checkpoint.Tensors.Select(tensor => tensor with { Fill = zeros => zeros.Clear() }), checkpoint.Metadata);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        CheckpointInspection inspection = Inspect(path);

        // A tenth of the file: no weight was read.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, bytes / 10);
        Assert.Equal((parameters, tensors), (inspection.ParameterCount, inspection.Tensors.Length));
        Assert.True(inspection.HasLora, "The LoRA tensors were not seen.");
        Assert.InRange(inspection.FileLength, bytes, bytes + 1_000_000);
    }

    private static CheckpointInspection Inspect(string path)
    {
        using Checkpoint checkpoint = Checkpoint.Open(path);
        return CheckpointInspection.Read(checkpoint, hashFile: false);
    }
}
