using VampNet.Checkpoints;
using VampNet.Checkpoints.Metadata;

namespace VampNet.Architecture.Tests;

public sealed class ModelFamiliesTests
{
    [Theory]
    [InlineData("micro/coarse.pth", ModelFamily.VampNet)]
    [InlineData("tiny/c2f.pth", ModelFamily.VampNet)]
    [InlineData("micro/codec.pth", ModelFamily.Lac)]
    [InlineData("checkpoint_zoo/codec_package.pth", ModelFamily.Lac)]
    [InlineData("checkpoint_zoo/lora_only.pth", ModelFamily.Lora)]
    [InlineData("checkpoint_zoo/odd_tensors.pth", ModelFamily.Unknown)]
    [InlineData("dac/even/weights.pth", ModelFamily.Dac)]
    [InlineData("dac/odd/weights.pth", ModelFamily.Dac)]
    public void Identify_GoldenCheckpoint_TellsTheFamily(string path, ModelFamily family)
    {
        using Checkpoint checkpoint = GoldenModels.Open(path);

        Assert.Equal(family, ModelFamilies.Identify(checkpoint));
    }

    [Theory]
    [InlineData("encoder.layers.0.conv.weight_g quantizer.layers.0.codebook.embed", "an EnCodec model")]
    [InlineData("encoder.model.0.conv.conv.weight_g quantizer.vq.layers.0._codebook.embed", "an EnCodec model")]
    [InlineData("quantizer.quantizers.0.in_proj.weight_v decoder.model.1.parametrizations.weight.original0", "a SNAC codec")]
    [InlineData("quantizer.quantizers.0.in_proj.weight_v decoder.model.1.weight_v", "a SNAC codec")]
    [InlineData("transformer.attn_layers.layers.0.1.to_q.weight", "a transformer of the x-transformers library")]
    [InlineData("embedding.special.MASK", "a VampNet transformer")]
    [InlineData("transformer.layers.0.self_attn.fc.lora_A", "LoRA tensors of a VampNet transformer")]
    public void BindCodec_AnotherFamily_IsNamedInOneError(string names, string found)
    {
        using Checkpoint other = Holding(names.Split(' '));

        ArchitectureException refusal = Assert.Throws<ArchitectureException>(() => ModelBinder.BindCodec(other));

        Assert.Equal("VNA0204", refusal.Id);
        Assert.StartsWith($"VNA0204: Found {found} in other.pth: it has the tensor ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Expected a LAC or DAC codec.", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(2, refusal.Message.Split('\n').Length);
    }

    [Theory]
    [InlineData("encoder.layers.0.conv.weight_g quantizer.layers.0.codebook.embed", "an EnCodec model")]
    [InlineData("transformer.attn_layers.layers.0.1.to_q.weight", "a transformer of the x-transformers library")]
    [InlineData("decoder.model.1.block.2.mrf_blocks.0.block.0.layer.0.alpha", "a LAC codec")]
    [InlineData("decoder.model.1.block.2.block.0.alpha", "a DAC codec")]
    [InlineData("decoder.block.0.conv_t1.weight", "a DAC codec of Hugging Face's transformers (DacModel)")]
    public void BindTransformer_AnotherFamily_IsNamedInOneError(string names, string found)
    {
        using Checkpoint other = Holding(names.Split(' '));
        using Checkpoint codec = GoldenModels.Open("micro/codec.pth");

        ArchitectureException refusal = Assert.Throws<ArchitectureException>(() => ModelBinder.BindTransformer(other, codec));

        Assert.Equal("VNA0204", refusal.Id);
        Assert.StartsWith($"VNA0204: Found {found} in other.pth", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Expected a VampNet transformer", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tiny/coarse.pth", "dac/even/weights.pth", "Found a DAC codec", "codebook_size 64 for vocab_size 1024")]
    [InlineData("micro/c2f.pth", "dac/odd/weights.pth", "Found a DAC codec", "12 codebooks for a model of 14")]
    public void BindTransformer_CodecOfAnotherFamily_NamesItAndWhatDoesNotFit(string model, string codec, string found, string misfit)
    {
        using Checkpoint transformer = GoldenModels.Open(model);
        using Checkpoint other = GoldenModels.Open(codec);

        ArchitectureException refusal = Assert.Throws<ArchitectureException>(() => ModelBinder.BindTransformer(transformer, other));

        Assert.Equal("VNA0203", refusal.Id);
        Assert.Contains(found, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(misfit, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BindCodec_NothingOfWhatTheConfigurationImplies_IsOneSentenceAndNoListOfTensors()
    {
        using Checkpoint other = new EditedCheckpoint("dac/even/weights.pth")
            .Keeping(_ => false)
            .With("features.0.weight", [1f], 1)
            .With("features.1.weight", [1f], 1)
            .Open();

        ArchitectureException refusal = Assert.Throws<ArchitectureException>(() => ModelBinder.BindCodec(other));

        Assert.Equal("VNA0264", refusal.Id);
        Assert.Contains("it has 2 tensors, such as features.0.weight", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(2, refusal.Message.Split('\n').Length);
    }

    private static Checkpoint Holding(params string[] names)
    {
        using var stream = new MemoryStream();
        PthWriter.Write(stream, [.. names.Select(name => TensorEntry.From(name, [1f], 1))], MetadataValue.EmptyMapping);
        return Checkpoint.Read(stream.ToArray(), "other.pth");
    }
}
