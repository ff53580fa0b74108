using TorchSharp;
using VampNet.Architecture;
using VampNet.Checkpoints;
using VampNet.TestSupport;
using VampNet.Training.Optimization;

namespace VampNet.Training.Tests.Optimization;

[Collection(LibTorchCollection.Name)]
public sealed class DistillationTests
{
    [Fact]
    public void Mix_OfATeacherAndItself_IsTheShareOfTheTokens()
    {
        using Distillation teacher = Load(weight: 0.25);
        using torch.Tensor codes = torch.zeros([2, 4, 5], torch.int64);
        using torch.Tensor mask = torch.ones([2, 4, 5], torch.@bool);
        using torch.Tensor logits = teacher.Predict(codes);
        using torch.Tensor tokens = torch.tensor(4.0);

        using torch.Tensor mixed = teacher.Mix(tokens, logits, logits, mask);

        Assert.Equal(3, mixed.ToDouble(), 1e-6);
    }

    [Fact]
    public void Mix_OfKnownDistributions_IsTheDivergenceOverMaskedTokensAlone()
    {
        using Distillation teacher = Load(weight: 1);
        // Two entries: the teacher holds 3/4 to 1/4 for likely where the student holds 1/2 to 1/2, at temperature 2.
        using torch.Tensor taught = torch.tensor([(float)(2 * Math.Log(3)), 0f, 9f, 0f], [1, 2, 1, 2]);
        using torch.Tensor logits = torch.zeros([1, 2, 1, 2]);
        using torch.Tensor mask = torch.tensor([true, false], [1, 1, 2]);
        using torch.Tensor tokens = torch.tensor(0.0);

        using torch.Tensor mixed = teacher.Mix(tokens, logits, taught, mask);

        double divergence = (0.75 * Math.Log(0.75 / 0.5)) + (0.25 * Math.Log(0.25 / 0.5));
        Assert.Equal(4 * divergence, mixed.ToDouble(), 1e-5);
    }

    [Fact]
    public void Load_ATeacherOfOtherTokens_IsRefused()
    {
        TransformerConfiguration student = new()
        {
            Layers = 1,
            Heads = 1,
            EmbeddingDim = 8,
            Codebooks = 14,
            ConditioningCodebooks = 4,
            LatentDim = 8,
            VocabularySize = 64,
        };

        TrainingException refused = Assert.Throws<TrainingException>(() =>
            Distillation.Load(Golden.Path("tune/coarse.pth"), Golden.Path(GoldenSteps.Codec), student, 2, 0.5)
        );

        Assert.Equal("VNT0401", refused.Id);
        Assert.Contains("14 codebooks, 4 of them given", refused.Message, StringComparison.Ordinal);
    }

    private static Distillation Load(double weight)
    {
        using Checkpoint file = Checkpoint.Open(Golden.Path("tune/coarse.pth"));
        TransformerConfiguration student = TransformerConfiguration.FromMetadata(file.Metadata);
        return Distillation.Load(Golden.Path("tune/coarse.pth"), Golden.Path(GoldenSteps.Codec), student, 2, weight);
    }
}
