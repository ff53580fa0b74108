using VampNet.Checkpoints;

namespace VampNet.Architecture.Tests;

public sealed class ManifestTests
{
    private static readonly TransformerConfiguration Coarse = new()
    {
        Layers = 20,
        Heads = 20,
        EmbeddingDim = 1280,
        Codebooks = 4,
        ConditioningCodebooks = 0,
        LatentDim = 8,
        VocabularySize = 1024,
    };

    private static readonly TransformerConfiguration CoarseToFine = Coarse with { Layers = 16, Codebooks = 14, ConditioningCodebooks = 4 };

    private static readonly CodecConfiguration Lac = new()
    {
        SampleRate = 44100,
        EncoderDim = 64,
        EncoderRates = [2, 6, 8, 8],
        DecoderDim = 1536,
        DecoderRates = [6, 4, 4, 2, 2, 2],
        Codebooks = 14,
        CodebookSize = 1024,
        CodebookDim = 8,
    };

    [Fact]
    public void WithLora_ReleasedCoarse_Has335893664ParametersIn368Tensors()
    {
        Assert.Equal(368, TransformerManifest.WithLora(Coarse).Length);
        Assert.Equal(335_893_664, TransformerManifest.WithLora(Coarse).Sum(parameter => parameter.ElementCount));
    }

    [Fact]
    public void WithLora_ReleasedCoarseToFine_Has277753072ParametersIn296Tensors()
    {
        Assert.Equal(296, TransformerManifest.WithLora(CoarseToFine).Length);
        Assert.Equal(277_753_072, TransformerManifest.WithLora(CoarseToFine).Sum(parameter => parameter.ElementCount));
    }

    [Fact]
    public void WithWeightNorm_ReleasedCodec_HasAbout150MillionParameters() =>
        Assert.Equal(150.2, CodecManifest.WithWeightNorm(Lac).Sum(parameter => parameter.ElementCount) / 1e6, 0.05);

    [Theory]
    [InlineData("tiny/coarse.pth")]
    [InlineData("tiny/c2f.pth")]
    [InlineData("micro/coarse.pth")]
    public void WithLora_GoldenTransformer_IsTheFilesStateDictInOrder(string path)
    {
        using Checkpoint checkpoint = GoldenModels.Open(path);
        TransformerConfiguration configuration = TransformerConfiguration.FromMetadata(checkpoint.Metadata);

        Assert.Equal(Listing(checkpoint), TransformerManifest.WithLora(configuration).Select(parameter => parameter.ToString()));
        Assert.Equal(
            Listing(checkpoint).Where(tensor => !tensor.Contains(".lora_", StringComparison.Ordinal)),
            TransformerManifest.WithoutLora(configuration).Select(parameter => parameter.ToString())
        );
        Assert.Equal(
            Listing(checkpoint).Where(tensor => tensor.Contains(".lora_", StringComparison.Ordinal)),
            TransformerManifest.LoraOnly(configuration).Select(parameter => parameter.ToString())
        );
    }

    [Theory]
    [InlineData("tiny/codec.pth")]
    [InlineData("checkpoint_zoo/codec_weights.pth")]
    public void WithWeightNorm_GoldenCodec_IsTheFilesStateDictInOrder(string path)
    {
        using Checkpoint checkpoint = GoldenModels.Open(path);

        Assert.Equal(
            Listing(checkpoint),
            CodecManifest.WithWeightNorm(CodecConfiguration.FromMetadata(checkpoint.Metadata)).Select(parameter => parameter.ToString())
        );
    }

    private static IEnumerable<string> Listing(Checkpoint checkpoint) =>
        checkpoint.TensorList.Select(tensor => $"{tensor.Name} [{string.Join(", ", tensor.Shape)}]");
}
