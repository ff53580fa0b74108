using VampNet.Architecture;
using VampNet.Checkpoints;
using VampNet.TestSupport;
using VampNet.Training.Files;
using VampNet.Training.Modules;

namespace VampNet.Training.Tests.Files;

/// <summary>Files that upstream's own code loads.</summary>
[Collection(LibTorchCollection.Name)]
public sealed class WeightFilesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    [Theory]
    [InlineData("coarse")]
    [InlineData("c2f")]
    public void WriteLora_OfUpstreamsFactors_IsUpstreamsFileToTheByte(string name)
    {
        string golden = Golden.Path($"tune/{name}_lora.pth");
        string written = Path.Combine(_folder.FullName, $"{name}_lora.pth");
        using GoldenSteps steps = new(name);
        using Checkpoint transformer = steps.OpenBase();
        using Checkpoint codec = Checkpoint.Open(Golden.Path(GoldenSteps.Codec));
        using Checkpoint lora = Checkpoint.Open(golden);
        using TrainableTransformer model = WeightSource.Load(transformer, codec, lora, withLora: true, seed: 1);

        WeightFiles.WriteLora(written, model);

        Assert.Equal(File.ReadAllBytes(golden), File.ReadAllBytes(written));
    }

    [Theory]
    [InlineData("coarse")]
    [InlineData("c2f")]
    public void WriteWeights_OfAnUnchangedModel_IsTheCheckpointToTheByte(string name)
    {
        string written = Path.Combine(_folder.FullName, $"{name}.pth");
        using GoldenSteps golden = new(name);
        using TrainableTransformer model = golden.Load();
        using Checkpoint transformer = golden.OpenBase();

        WeightFiles.WriteWeights(written, model, CheckpointFrame.Of(transformer, model));

        Assert.Equal(File.ReadAllBytes(Golden.Path($"tune/{name}.pth")), File.ReadAllBytes(written));
    }

    [Fact]
    public void WriteWeights_WhereTheBaseHadNoLora_HasFactorsThatChangeNothing()
    {
        string without = Path.Combine(_folder.FullName, "without.pth"),
            written = Path.Combine(_folder.FullName, "weights.pth");
        using GoldenSteps golden = new("coarse");
        using (Checkpoint original = golden.OpenBase())
        {
            PthWriter.WriteFile(
                without,
                original.TensorList.Where(tensor => !TensorRow.Of(tensor).IsLora).Select(TensorEntry.From),
                original.Metadata
            );
        }

        using Checkpoint codec = Checkpoint.Open(Golden.Path(GoldenSteps.Codec));
        using Checkpoint start = Checkpoint.Open(without);
        using TrainableTransformer model = WeightSource.Load(start, codec, null, withLora: true, seed: 3);
        WeightFiles.WriteWeights(written, model, CheckpointFrame.Of(start, model));

        using Checkpoint result = Checkpoint.Open(written);
        Assert.Equal(
            TransformerManifest.WithLora(model.Configuration).Select(parameter => parameter.Name),
            result.TensorList.Select(tensor => tensor.Name)
        );
        BoundTransformer before = ModelBinder.BindTransformer(start, codec),
            after = ModelBinder.BindTransformer(result, codec);
        Assert.All(before.Weights, weight => Assert.Equal(weight.Value.ToArray(), after.Weights[weight.Key].ToArray()));
        Assert.Contains(result.Tensors["transformer.layers.0.self_attn.fc.lora_A"].ToSingles(), value => value != 0);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
