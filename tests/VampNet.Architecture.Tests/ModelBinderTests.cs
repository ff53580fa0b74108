using VampNet.Checkpoints;

namespace VampNet.Architecture.Tests;

public sealed class ModelBinderTests
{
    [Theory]
    [InlineData("tiny", "coarse", ModelRole.Coarse)]
    [InlineData("tiny", "c2f", ModelRole.CoarseToFine)]
    [InlineData("micro", "coarse", ModelRole.Coarse)]
    [InlineData("micro", "c2f", ModelRole.CoarseToFine)]
    public void BindTransformer_GoldenCheckpoint_BindsTheWholeManifest(string folder, string name, ModelRole role)
    {
        using Checkpoint transformer = GoldenModels.Open($"{folder}/{name}.pth");
        using Checkpoint codec = GoldenModels.Open($"{folder}/codec.pth");

        BoundTransformer bound = ModelBinder.BindTransformer(transformer, codec, expected: role);

        Assert.Equal(
            TransformerManifest.Merged(bound.Configuration).Select(parameter => parameter.ToString()),
            bound.Weights.Values.Select(weight => weight.ToString()));
        Assert.Equal(transformer.TensorList.Length + bound.Configuration.Codebooks, bound.Ledger.Rows.Length);
        Assert.All(bound.Ledger.Rows, row => Assert.NotEmpty(row.Destinations));
        Assert.Equal(["flash_attn", "cfg_dropout_prob", "cond_dim"], bound.IgnoredKeys);
    }

    [Theory]
    [InlineData("tiny/codec.pth")]
    [InlineData("micro/codec.pth")]
    [InlineData("checkpoint_zoo/codec_weights.pth")]
    [InlineData("checkpoint_zoo/codec_package.pth")]
    public void BindCodec_GoldenCheckpoint_BindsTheWholeManifest(string path)
    {
        using Checkpoint codec = GoldenModels.Open(path);

        BoundCodec bound = ModelBinder.BindCodec(codec);

        Assert.Equal(
            CodecManifest.Folded(bound.Configuration).Select(parameter => parameter.ToString()),
            bound.Weights.Values.Select(weight => weight.ToString()));
        Assert.Equal(codec.TensorList.Length, bound.Ledger.Rows.Length);
        Assert.All(bound.Ledger.Rows, row => Assert.Single(row.Destinations));
    }

    [Theory]
    [InlineData("coarse", ModelRole.CoarseToFine)]
    [InlineData("c2f", ModelRole.Coarse)]
    public void BindTransformer_OtherRole_IsRefused(string name, ModelRole expected)
    {
        using Checkpoint transformer = GoldenModels.Open($"micro/{name}.pth");
        using Checkpoint codec = GoldenModels.Open("micro/codec.pth");

        var refusal = Assert.Throws<ArchitectureException>(() => ModelBinder.BindTransformer(transformer, codec, expected: expected));

        Assert.Equal("VNA0202", refusal.Id);
        Assert.Contains($"{name}.pth", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tiny/coarse.pth", "micro/codec.pth", "codebook_size 64 for vocab_size 1024")]
    [InlineData("micro/c2f.pth", "checkpoint_zoo/codec_weights.pth", "codebook_size 16 for vocab_size 64, codebook_dim 4 for latent_dim 8, 2 codebooks for a model of 14")]
    public void BindTransformer_CodecOfAnotherModel_IsRefused(string transformerPath, string codecPath, string misfits)
    {
        using Checkpoint transformer = GoldenModels.Open(transformerPath);
        using Checkpoint codec = GoldenModels.Open(codecPath);

        var refusal = Assert.Throws<ArchitectureException>(() => ModelBinder.BindTransformer(transformer, codec));

        Assert.Equal("VNA0203", refusal.Id);
        Assert.Contains(misfits, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BindTransformer_CodecInItsPlace_NamesTheMissingKeys()
    {
        using Checkpoint codec = GoldenModels.Open("micro/codec.pth");

        var refusal = Assert.Throws<ArchitectureException>(() => ModelBinder.BindTransformer(codec, codec));

        Assert.Equal("VNA0102", refusal.Id);
        Assert.Contains("without n_layers, n_heads, embedding_dim, n_conditioning_codebooks, latent_dim, vocab_size", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BindTransformer_BareStateDict_IsRefused()
    {
        using Checkpoint bare = GoldenModels.Open("checkpoint_zoo/bare_state_dict.pth");
        using Checkpoint codec = GoldenModels.Open("checkpoint_zoo/codec_weights.pth");

        Assert.Equal("VNA0101", Assert.Throws<ArchitectureException>(() => ModelBinder.BindTransformer(bare, codec)).Id);
    }

    [Fact]
    public void BindTransformer_LoraFileOfAnotherModel_ListsEveryMisfit()
    {
        using Checkpoint transformer = GoldenModels.Open("micro/coarse.pth");
        using Checkpoint codec = GoldenModels.Open("micro/codec.pth");
        using Checkpoint lora = GoldenModels.Open("checkpoint_zoo/lora_only.pth");

        var refusal = Assert.Throws<ArchitectureException>(() => ModelBinder.BindTransformer(transformer, codec, lora));

        Assert.Equal("VNA0201", refusal.Id);
        Assert.Contains("Found 20 tensors", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("misshapen  transformer.layers.0.self_attn.fc.lora_B: found [16, 8], expected [32, 8]", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("missing    transformer.layers.1.feed_forward.w_1.lora_A [8, 32]", refusal.Message, StringComparison.Ordinal);
    }
}
