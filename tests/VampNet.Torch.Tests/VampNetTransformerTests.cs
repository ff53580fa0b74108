using TorchSharp;
using TorchSharp.Modules;
using VampNet.Architecture;
using VampNet.TestSupport;
using static TorchSharp.torch;

namespace VampNet.Torch.Tests;

public sealed class VampNetTransformerTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public static TheoryData<string, string, string> ForwardFiles =>
        [
            .. new[] { "tiny", "micro" }.SelectMany(folder =>
                Directory
                    .GetFiles(Golden.Path(folder), "*_forward_*.safetensors")
                    .Order(StringComparer.Ordinal)
                    .Select(file => (folder, Path.GetFileName(file).Split('_')[0], Path.GetFileName(file)))
            ),
        ];

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void ForwardFiles_OfTinyAndMicro_AreAllThere() => Assert.Equal(16, ForwardFiles.Count);

    [Theory]
    [MemberData(nameof(ForwardFiles))]
    public void Forward_GoldenCodes_GivesUpstreamsLogits(string folder, string name, string file)
    {
        using VampNetTransformer model = GoldenModels.Transformer(folder, name);
        using var golden = new GoldenFile($"{folder}/{file}");
        using IDisposable inference = no_grad();

        (Tensor logits, Tensor activations) = model.ForwardWithActivations(golden.Int64s("codes"));
        Tensor[] layers = [.. model.LayerOutputs(golden.Int64s("codes")).Select(layer => layer.clone())];

        Closeness.AssertEqual(activations, stack(layers));

        if (golden.Has("logits"))
        {
            Closeness.AssertClose(golden.Singles("logits"), logits);
            Closeness.AssertClose(golden.Singles("latents"), model.Latents(golden.Int64s("codes")));
            Closeness.AssertClose(golden.Singles("layers"), activations);
        }
        else
        {
            Tensor flat = logits.flatten(1, 2);
            Closeness.AssertClose(golden.Singles("logits_at"), flat.index_select(1, golden.Int64s("positions")));
        }

        Closeness.AssertEqual(golden.Int64s("argmax"), logits.argmax(-1));
        Closeness.AssertEqual(model.forward(golden.Int64s("codes")), logits);

        // Errors of the budget's size in either direction cancel in a sum of n terms to about budget * sqrt(n).
        double[] sums = golden.Doubles("logits_sum");
        double allowed = Closeness.Budget * Math.Sqrt(logits[0].numel());
        Assert.All(
            sums.Index(),
            row => Assert.Equal(row.Item, logits[row.Index].to_type(ScalarType.Float64).sum().item<double>(), allowed)
        );
    }

    [Fact]
    public void Load_Coarse_HasExactlyTheManifestsState()
    {
        using VampNetTransformer model = GoldenModels.Transformer("tiny", "coarse");

        string[] state =
        [
            .. model.state_dict().Select(entry => $"{entry.Key} [{string.Join(", ", entry.Value.shape)}]").Order(StringComparer.Ordinal),
        ];

        Assert.Equal(
            TransformerManifest.Merged(model.Configuration).Select(parameter => parameter.ToString()).Order(StringComparer.Ordinal),
            state
        );
        Assert.Equal(state.Length - 4, model.named_parameters().Count());
        Assert.All(model.named_modules(), module => Assert.False(module.module.training));
    }

    [Fact]
    public void Backward_MaskedTokenLoss_ReachesEveryParameter()
    {
        using VampNetTransformer model = GoldenModels.Transformer("micro", "c2f");
        model.train();

        Loss(model).backward();

        Assert.All(
            model.named_parameters(),
            parameter => Assert.True(parameter.parameter.grad is { } gradient && gradient.abs().sum().item<float>() > 0, parameter.name)
        );
    }

    [Fact]
    public void Train_AFewSteps_LowersTheLossAndLeavesTheTables()
    {
        using VampNetTransformer model = GoldenModels.Transformer("micro", "coarse");
        using AdamW optimizer = optim.AdamW(model.parameters(), lr: 1e-3);
        Tensor table = model.state_dict()["embedding.codebooks.1"].clone();
        float before = Loss(model).item<float>();

        for (int step = 0; step < 5; step++)
        {
            optimizer.zero_grad();
            Loss(model).backward();
            optimizer.step();
        }

        Assert.True(Loss(model).item<float>() < before - 0.1f);
        Closeness.AssertEqual(table, model.state_dict()["embedding.codebooks.1"]);
    }

    [Fact]
    public void Forward_InTrainingMode_DropsOut()
    {
        using VampNetTransformer model = GoldenModels.Transformer("micro", "coarse");
        Tensor codes = Codes(model.Configuration);
        using IDisposable inference = no_grad();
        Tensor still = model.forward(codes);

        model.train();

        Assert.False(model.forward(codes).eq(still).all().item<bool>());
    }

    [Fact]
    public void Forward_AnyCall_LeavesOneTensorBehind()
    {
        using VampNetTransformer model = GoldenModels.Transformer("micro", "coarse");
        Tensor codes = Codes(model.Configuration);
        using IDisposable inference = no_grad();
        using DisposeScope inner = NewDisposeScope();

        _ = model.forward(codes);

        Assert.Equal(1, inner.DisposablesCount);
    }

    [Theory]
    [InlineData(65)]
    [InlineData(-1)]
    public void Forward_CodeOutOfRange_IsRefused(long code)
    {
        using VampNetTransformer model = GoldenModels.Transformer("micro", "coarse");

        ArgumentException refusal = Assert.Throws<ArgumentException>(() => model.forward(full([1, 4, 3], code, dtype: ScalarType.Int64)));

        Assert.Contains("Expected 0 to 64", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1L, 14L, 3L)]
    [InlineData(1L, 4L, 0L)]
    [InlineData(0L, 4L, 3L)]
    [InlineData(4L, 3L)]
    public void Forward_CodesOfAnotherShape_AreRefused(params long[] shape)
    {
        using VampNetTransformer model = GoldenModels.Transformer("micro", "coarse");

        Assert.Throws<ArgumentException>(() => model.forward(zeros(shape, dtype: ScalarType.Int64)));
    }

    [Fact]
    public void Forward_CodesOfAnotherType_AreRefused()
    {
        using VampNetTransformer model = GoldenModels.Transformer("micro", "coarse");

        Assert.Throws<ArgumentException>(() => model.forward(zeros([1, 4, 3], dtype: ScalarType.Int32)));
    }

    private static Tensor Codes(TransformerConfiguration configuration) =>
        arange(2 * configuration.Codebooks * 11).mul(7).remainder(configuration.VocabularySize + 1).view(2, configuration.Codebooks, 11);

    private static Tensor Loss(VampNetTransformer model)
    {
        Tensor logits = model.forward(Codes(model.Configuration));
        Tensor target = arange(logits.numel() / model.Configuration.VocabularySize).mul(5).remainder(model.Configuration.VocabularySize);
        return nn.functional.cross_entropy(logits.flatten(0, 2), target);
    }
}
