using System.Runtime.InteropServices;
using TorchSharp;
using VampNet.Checkpoints;
using VampNet.TestSupport;
using VampNet.Training.Modules;
using VampNet.Training.Optimization;

namespace VampNet.Training.Tests.Optimization;

[Collection(LibTorchCollection.Name)]
public sealed class RecomputedGradientsTests
{
    [Theory]
    [InlineData("coarse", false)]
    [InlineData("c2f", true)]
    public void Accumulate_WithRecomputation_GivesTheSameLossAndGradients(string name, bool full)
    {
        (double Loss, float[] Gradients) kept = Gradients(name, full, recompute: false),
            recomputed = Gradients(name, full, recompute: true);

        Assert.Equal(kept.Loss, recomputed.Loss);
        Assert.Equal(kept.Gradients.Length, recomputed.Gradients.Length);
        // The bias gathers its gradients from the layers in another order.
        Assert.All(kept.Gradients.Zip(recomputed.Gradients), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
        Assert.Contains(kept.Gradients, gradient => Math.Abs(gradient) > 1e-3);
    }

    private static (double Loss, float[] Gradients) Gradients(string name, bool full, bool recompute)
    {
        using GoldenSteps golden = new(name);
        using Checkpoint transformer = golden.OpenBase();
        using Checkpoint codec = Checkpoint.Open(Golden.Path(GoldenSteps.Codec));
        using TrainableTransformer model = WeightSource.Load(transformer, codec, null, withLora: true, seed: 1, dropout: 0.2);
        if (!full)
        {
            model.FreezeAllButLora();
        }

        using TrainingStep step = new(model, new NoamSchedule(32, 500, 2), 0.01, clipNorm: 1e9, labelSmoothing: 0.1, null, recompute);
        using torch.Tensor codes = golden.Codes(0);
        using torch.Tensor mask = golden.Mask(0);
        step.Accumulate(codes, mask, seed: 5);
        float[] gradients =
        [
            .. step.Trained.SelectMany(parameter => MemoryMarshal.Cast<byte, float>(parameter.Tensor.grad!.contiguous().bytes).ToArray()),
        ];
        return (step.Update().Loss, gradients);
    }
}
