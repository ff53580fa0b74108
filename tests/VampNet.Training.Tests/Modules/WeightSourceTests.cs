using VampNet.Checkpoints;
using VampNet.TestSupport;
using VampNet.Training.Modules;

namespace VampNet.Training.Tests.Modules;

[Collection(LibTorchCollection.Name)]
public sealed class WeightSourceTests
{
    [Theory]
    [InlineData("coarse")]
    [InlineData("c2f")]
    public void CreateFrom_ATeacher_TakesItsWeightsAndTheFirstOfItsLayers(string name)
    {
        using Checkpoint teacher = Checkpoint.Open(Golden.Path($"tune/{name}.pth"));
        using Checkpoint codec = Checkpoint.Open(Golden.Path(GoldenSteps.Codec));

        using TrainableTransformer model = WeightSource.CreateFrom(teacher, codec, ModelSize.Shallow, seed: 3, dropout: null);

        Assert.Equal((1, 32), (model.Configuration.Layers, model.Configuration.EmbeddingDim));
        foreach (TrainedParameter parameter in model.Parameters().Where(each => teacher.Tensors.ContainsKey(each.Name)))
        {
            Assert.Equal(teacher.Tensors[parameter.Name].ToSingles(), parameter.Tensor.data<float>().ToArray());
        }

        Assert.Contains(model.Parameters(), each => each.Name == "classifier.layers.0.weight_v" && teacher.Tensors.ContainsKey(each.Name));
    }

    [Theory]
    [InlineData("transformer.layers.0.norm_1.weight", "transformer.layers.0.norm_1.weight")]
    [InlineData("transformer.layers.1.self_attn.fc.lora_A", "transformer.layers.5.self_attn.fc.lora_A")]
    [InlineData("classifier.layers.0.bias", "classifier.layers.0.bias")]
    [InlineData("embedding.special.MASK", "embedding.special.MASK")]
    public void NameInDeeper_OfTwoLayersAmongSix_IsTheFirstOrTheLast(string name, string expected) =>
        Assert.Equal(expected, WeightSource.NameInDeeper(name, layers: 2, deeper: 6));
}
