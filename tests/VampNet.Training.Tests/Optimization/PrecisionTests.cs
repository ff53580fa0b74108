using TorchSharp;
using VampNet.Training.Modules;
using VampNet.Training.Optimization;
using static TorchSharp.torch;

namespace VampNet.Training.Tests.Optimization;

/// <summary>Steps in mixed precision beside the same steps in float32.</summary>
[Collection(LibTorchCollection.Name)]
public sealed class PrecisionTests
{
    // Roundings on the longest way through a layer: seven in attention (input, weight, product, scores, probabilities, sum, projection) and
    // seven in the feed-forward (input, weight, product, gate, product of both halves, weight, product); three in the classifier.
    private const int RoundingsOfALayer = 14,
        RoundingsOfTheClassifier = 3;

    [Theory]
    [InlineData("coarse", ScalarType.BFloat16, 8)]
    [InlineData("c2f", ScalarType.BFloat16, 8)]
    [InlineData("coarse", ScalarType.Float16, 11)]
    public void Accumulate_InMixedPrecision_DiffersByNoMoreThanItsRoundings(string name, ScalarType type, int mantissaBits)
    {
        Outcome exact = Run(name, ScalarType.Float32),
            mixed = Run(name, type);

        // To first order each rounding changes a value by 2^-bits of the largest; a loss changes by at most twice what a logit does. The
        // gradients pass twice as many roundings as the logits.
        double rounding = Math.Pow(2, -mantissaBits) * ((RoundingsOfALayer * exact.Layers) + RoundingsOfTheClassifier);
        Assert.InRange(Math.Abs(mixed.Loss - exact.Loss), double.Epsilon, 2 * rounding * exact.LargestLogit);
        Assert.InRange(mixed.LargestDifference(exact), double.Epsilon, rounding * exact.LargestLogit);
        Assert.Equal(exact.GradientNorm, mixed.GradientNorm, 2 * rounding * exact.GradientNorm);
        Assert.All(mixed.Types, each => Assert.Equal(ScalarType.Float32, each));
    }

    [Fact]
    public void RunLayer_OnAnotherDevice_LeavesNothingOnTheProcessor()
    {
        // The device "meta" has shapes but no elements, and refuses tensors of other devices: what would be left on the processor on a GPU.
        // It has no kernel for the position bias.
        using DisposeScope scope = NewDisposeScope();
        using GoldenSteps golden = new("coarse");
        using TrainableTransformer model = golden.Load();
        model.to(META);
        model.FreezeAllButLora();
        Tensor codes = golden.Codes(0).to(META),
            mask = golden.Mask(0).to(META),
            bias = zeros([model.Configuration.Heads, codes.shape[2], codes.shape[2]], device: META);

        Tensor x = model.Embed(MaskedLoss.Hide(codes, mask, model.Configuration.MaskToken));
        for (int layer = 0; layer < model.Configuration.Layers; layer++)
        {
            x = model.RunLayer(layer, x, bias, seed: 1);
        }

        Tensor logits = model.Head(x);

        Assert.All(model.Parameters(), parameter => Assert.Equal(DeviceType.META, parameter.Tensor.device_type));
        Assert.All(model.named_buffers(), buffer => Assert.Equal(DeviceType.META, buffer.buffer.device_type));
        Assert.Equal((DeviceType.META, ScalarType.Float32), (logits.device_type, logits.dtype));
        Assert.True(logits.requires_grad);
        Assert.Equal(model.Parameters().Count(parameter => parameter.IsLora), model.Trained.Count);
    }

    private static Outcome Run(string name, ScalarType type)
    {
        using GoldenSteps golden = new(name);
        using TrainableTransformer model = golden.Load();
        model.FreezeAllButLora();
        model.Type = type;
        using TrainingStep step = new(model, new NoamSchedule(32, 500, 2), 0.01, clipNorm: 1e9, labelSmoothing: 0.1);
        using Tensor codes = golden.Codes(0);
        using Tensor mask = golden.Mask(0);
        using Tensor hidden = MaskedLoss.Hide(codes, mask, model.Configuration.MaskToken);
        using Tensor logits = model.ForwardSeeded(hidden, 0).detach();
        step.Accumulate(codes, mask);
        StepResult result = step.Update();
        return new(
            result.Loss,
            result.GradientNorm,
            [.. logits.contiguous().data<float>()],
            model.Configuration.Layers,
            [logits.dtype, .. step.Trained.Select(each => each.Tensor.dtype), .. step.Trained.Select(each => each.Tensor.grad!.dtype)]
        );
    }

    private sealed record Outcome(double Loss, double GradientNorm, float[] Logits, int Layers, ScalarType[] Types)
    {
        public double LargestLogit => Logits.Max(Math.Abs);

        public double LargestDifference(Outcome other) => Logits.Zip(other.Logits, (one, two) => Math.Abs(one - two)).Max();
    }
}
