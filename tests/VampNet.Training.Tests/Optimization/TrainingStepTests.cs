using System.Runtime.InteropServices;
using TorchSharp;
using VampNet.Training.Modules;
using VampNet.Training.Optimization;

namespace VampNet.Training.Tests.Optimization;

/// <summary>Three steps beside upstream's own.</summary>
[Collection(LibTorchCollection.Name)]
public sealed class TrainingStepTests
{
    /// <summary>Float32 sums in another order.</summary>
    private const double RelativeLoss = 1e-5,
        Gradient = 1e-5,
        Weight = 1e-6;

    [Theory]
    [InlineData("coarse")]
    [InlineData("c2f")]
    public void Update_ThreeStepsOfLora_AreUpstreams(string name)
    {
        using GoldenSteps golden = new(name);
        using TrainableTransformer model = golden.Load();
        model.FreezeAllButLora();
        using TrainingStep step = Steps(model);

        for (int i = 0; i < golden.Losses.Length; i++)
        {
            using torch.Tensor codes = golden.Codes(i);
            using torch.Tensor mask = golden.Mask(i);
            step.Accumulate(codes, mask);
            if (i == 0)
            {
                Assert.All(
                    step.Trained,
                    parameter => AssertClose(golden.Values($"grad.{parameter.Name}"), parameter.Tensor.grad!, Gradient)
                );
            }

            StepResult result = step.Update();
            Assert.Equal(golden.Losses[i], result.Loss, golden.Losses[i] * RelativeLoss);
            Assert.Equal(golden.LearningRates[i], result.LearningRate);
            Assert.Equal(golden.GradientNorms[i], result.GradientNorm, golden.GradientNorms[i] * RelativeLoss);
        }

        Assert.All(step.Trained, parameter => AssertClose(golden.Values($"after.{parameter.Name}"), parameter.Tensor, Weight));
    }

    [Fact]
    public void Update_OfLora_LeavesAllElseAndHoldsNoOtherGradient()
    {
        using GoldenSteps golden = new("coarse");
        using TrainableTransformer model = golden.Load();
        model.FreezeAllButLora();
        float[][] before = [.. Frozen(model).Select(Values)];
        using TrainingStep step = Steps(model);
        using torch.Tensor codes = golden.Codes(0);
        using torch.Tensor mask = golden.Mask(0);

        step.Accumulate(codes, mask);
        step.Update();

        Assert.Equal(before, Frozen(model).Select(Values));
        Assert.All(Frozen(model), parameter => Assert.Null(parameter.Tensor.grad));
        Assert.Equal(2 * 5 * 2, step.Trained.Count);
    }

    [Fact]
    public void Update_Full_ChangesEveryParameter()
    {
        using GoldenSteps golden = new("c2f");
        using TrainableTransformer model = golden.Load();
        float[][] before = [.. model.Parameters().Select(Values)];
        using TrainingStep step = Steps(model);
        using torch.Tensor codes = golden.Codes(0);
        using torch.Tensor mask = golden.Mask(0);

        step.Accumulate(codes, mask);
        step.Update();

        Assert.All(model.Parameters().Zip(before), pair => Assert.NotEqual(pair.Second, Values(pair.First)));
    }

    [Fact]
    public void Accumulate_TwoHalves_GiveTheMeanGradient()
    {
        using GoldenSteps golden = new("coarse");
        using TrainableTransformer model = golden.Load();
        model.FreezeAllButLora();
        using TrainingStep step = Steps(model);
        (torch.Tensor codes, torch.Tensor mask) = (golden.Codes(0), golden.Mask(0));

        step.Accumulate(codes, mask);
        float[] whole = [.. step.Trained.SelectMany(parameter => Copy(parameter.Tensor.grad!))];
        StepResult once = step.Update();
        step.Accumulate(codes, mask, 0.5);
        step.Accumulate(codes, mask, 0.5);

        // The weights have moved by one step of about 3e-5, so the two differ a little.
        Assert.All(whole.Zip(step.Trained.SelectMany(p => Copy(p.Tensor.grad!))), pair => Assert.Equal(pair.First, pair.Second, 5e-3));
        Assert.Equal(once.Loss, step.Update().Loss, 0.05);
        codes.Dispose();
        mask.Dispose();
    }

    [Fact]
    public void Update_WithAWeightThatIsNoNumber_ChangesNothing()
    {
        using GoldenSteps golden = new("coarse");
        using TrainableTransformer model = golden.Load();
        model.FreezeAllButLora();
        using TrainingStep step = Steps(model);
        using (torch.no_grad())
        {
            step.Trained[0].Tensor.fill_(float.NaN);
        }

        float[] before = Values(step.Trained[1]);
        using torch.Tensor codes = golden.Codes(0);
        using torch.Tensor mask = golden.Mask(0);
        step.Accumulate(codes, mask);

        Assert.False(step.Update().IsFinite);
        Assert.Equal(before, Values(step.Trained[1]));
        Assert.Equal(0, step.Optimizer.Steps);
    }

    private static TrainingStep Steps(TrainableTransformer model) =>
        new(model, new NoamSchedule(model.Configuration.EmbeddingDim, 500, 2), weightDecay: 0.01, clipNorm: 5, labelSmoothing: 0.1);

    private static IEnumerable<TrainedParameter> Frozen(TrainableTransformer model) =>
        model.Parameters().Where(parameter => !parameter.IsLora);

    private static float[] Values(TrainedParameter parameter) => Copy(parameter.Tensor);

    private static float[] Copy(torch.Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.contiguous().bytes).ToArray();

    private static void AssertClose(float[] expected, torch.Tensor actual, double budget)
    {
        float[] values = Copy(actual);
        Assert.Equal(expected.Length, values.Length);
        double worst = expected.Zip(values).Max(pair => Math.Abs((double)pair.First - pair.Second));
        Assert.True(worst <= budget, $"Largest difference {worst}, allowed {budget}.");
    }
}
