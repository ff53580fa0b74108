using System.Text.Json;
using VampNet.Checkpoints;

namespace VampNet.Architecture.Tests;

public sealed class BindingLedgerTests : IDisposable
{
    private readonly Checkpoint _coarse = GoldenModels.Open("micro/coarse.pth");
    private readonly Checkpoint _codec = GoldenModels.Open("micro/codec.pth");
    private readonly BoundTransformer _bound;

    public BindingLedgerTests() => _bound = ModelBinder.BindTransformer(_coarse, _codec);

    public void Dispose()
    {
        _coarse.Dispose();
        _codec.Dispose();
    }

    [Fact]
    public void Rows_LoraFactor_NamesTheMergedWeightAndTheTransform()
    {
        LedgerRow row = Row(_bound.Ledger, "transformer.layers.1.self_attn.w_vs.lora_B");

        Assert.Equal(("transformer", null), (row.Origin, row.IgnoredBecause));
        Assert.Equal(["transformer.layers.1.self_attn.w_vs.weight"], row.Destinations);
        Assert.Equal(["lora-merge(alpha/r=1/8)"], row.Transforms);
    }

    [Fact]
    public void Rows_KeyProjection_HasNoTransform() =>
        Assert.Empty(Row(_bound.Ledger, "transformer.layers.0.self_attn.w_ks.weight").Transforms);

    [Fact]
    public void Rows_OfTheCodec_AreTheTablesInUse() =>
        Assert.Equal(
            ["embedding.codebooks.0", "embedding.codebooks.1", "embedding.codebooks.2", "embedding.codebooks.3"],
            _bound.Ledger.Rows.Where(row => row.Origin == "codec").SelectMany(row => row.Destinations)
        );

    [Fact]
    public void ComputeMeanAbsolute_Tensor_IsTheMeanOfMagnitudes()
    {
        LedgerRow row = Row(_bound.Ledger, "classifier.layers.0.weight_v");

        Assert.Equal(row.Tensor.ToSingles().Average(x => (double)Math.Abs(x)), row.ComputeMeanAbsolute(), 1e-7);
        Assert.True(row.ComputeMeanAbsolute() > 0);
    }

    [Fact]
    public void Deliver_TransformedWeights_StateTheWholeWay()
    {
        var deliveries = _bound.Weights.ToDictionary(
            weight => $"onnx.{weight.Key}",
            weight =>
                weight.Key == "classifier.weight"
                    ? weight.Value.PermuteRows("classifier-permute", [.. Enumerable.Range(0, 256).Reverse()]).Transpose(1, 0)
                    : weight.Value
        );

        BindingLedger delivered = _bound.Ledger.Deliver(deliveries);

        LedgerRow row = Row(delivered, "classifier.layers.0.weight_g");
        Assert.Equal(["onnx.classifier.weight"], row.Destinations);
        Assert.Equal(["weight-norm-fold(axis=0)", "classifier-permute", "transpose(1,0)"], row.Transforms);
        Assert.Equal(_bound.Ledger.Rows.Length, delivered.Rows.Length);
    }

    [Fact]
    public void Deliver_WeightLeftOut_IsRefusedByName()
    {
        ArchitectureException refusal = Assert.Throws<ArchitectureException>(() =>
            _bound.Ledger.Deliver(_bound.Weights.Where(weight => !weight.Key.EndsWith("norm_3.weight", StringComparison.Ordinal)))
        );

        Assert.Equal("VNA0302", refusal.Id);
        Assert.Contains(
            "transformer.layers.0.norm_3.weight, transformer.layers.1.norm_3.weight",
            refusal.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void ToUtf8Json_Ledger_HasOneObjectPerTensor()
    {
        using JsonDocument json = JsonDocument.Parse(_bound.Ledger.ToUtf8Json());

        Assert.Equal(_bound.Ledger.Rows.Length, json.RootElement.GetArrayLength());
        JsonElement row = json.RootElement[1];
        CheckpointTensor tensor = _coarse.Tensors["embedding.out_proj.weight"];
        Assert.Equal("embedding.out_proj.weight", row.GetProperty("tensor").GetString());
        Assert.Equal(("transformer", "coarse.pth"), (row.GetProperty("origin").GetString(), row.GetProperty("file").GetString()));
        Assert.Contains(json.RootElement.EnumerateArray(), each => each.GetProperty("file").GetString() == "codec.pth");
        Assert.Equal("float32", row.GetProperty("dtype").GetString());
        Assert.Equal([32, 32, 1], row.GetProperty("shape").EnumerateArray().Select(dimension => dimension.GetInt32()));
        Assert.Equal(tensor.ComputeXxHash128(), row.GetProperty("xxh128").GetString());
        Assert.True(row.GetProperty("mean_abs").GetDouble() > 0);
        Assert.Equal("embedding.out_proj.weight", row.GetProperty("destinations")[0].GetString());
        Assert.False(row.TryGetProperty("ignored_because", out _));
        Assert.Equal(_bound.Ledger.ToUtf8Json(), _bound.Ledger.ToUtf8Json());
    }

    [Fact]
    public void ToUtf8Json_TensorWithNaN_IsStillJson()
    {
        using Checkpoint coarse = new EditedCheckpoint("micro/coarse.pth")
            .With("transformer.norm.weight", [.. Enumerable.Repeat(float.NaN, 32)], 32)
            .Open();
        BindingLedger ledger = ModelBinder.BindTransformer(coarse, _codec).Ledger;

        using JsonDocument json = JsonDocument.Parse(ledger.ToUtf8Json());

        Assert.Contains("NaN", json.RootElement.EnumerateArray().Select(row => row.GetProperty("mean_abs").ToString()));
    }

    private static LedgerRow Row(BindingLedger ledger, string tensor) => Assert.Single(ledger.Rows, row => row.Tensor.Name == tensor);
}
