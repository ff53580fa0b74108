using System.Collections.Immutable;
using VampNet.Checkpoints.Metadata;

namespace VampNet.Architecture.Tests;

public sealed class TransformerConfigurationTests
{
    private const string C2f = "tiny/c2f.pth";

    [Fact]
    public void FromMetadata_GoldenCheckpoint_ReadsEveryNumber()
    {
        var configuration = TransformerConfiguration.FromMetadata(
            new EditedCheckpoint(C2f).Metadata(),
            "c2f.pth",
            out ImmutableArray<string> ignored
        );

        Assert.Equal(
            new TransformerConfiguration
            {
                Layers = 2,
                Heads = 4,
                EmbeddingDim = 64,
                Codebooks = 14,
                ConditioningCodebooks = 4,
                LatentDim = 8,
                VocabularySize = 1024,
                Dropout = 0.1,
            },
            configuration
        );
        Assert.Equal(
            (10, 16, 1024, ModelRole.CoarseToFine),
            (configuration.PredictedCodebooks, configuration.HeadDim, configuration.MaskToken, configuration.Role)
        );
        Assert.Equal(["flash_attn", "cfg_dropout_prob", "cond_dim"], ignored);
    }

    [Fact]
    public void FromMetadata_UnknownKey_IsIgnoredAndReported()
    {
        MetadataValue metadata = new EditedCheckpoint(C2f).WithKwarg("colour", new MetadataValue.Text("blue")).Metadata();

        TransformerConfiguration.FromMetadata(metadata, "c2f.pth", out ImmutableArray<string> ignored);

        Assert.Contains("colour", ignored);
    }

    [Fact]
    public void FromMetadata_OlderCheckpointWithoutOptionalKeys_IsRead()
    {
        MetadataValue metadata = new EditedCheckpoint(C2f)
            .WithoutKwarg("dropout")
            .WithoutKwarg("ctrl_dims")
            .WithoutKwarg("noise_mode")
            .WithoutKwarg("r_cond_dim")
            .Metadata();

        TransformerConfiguration configuration = TransformerConfiguration.FromMetadata(metadata);

        Assert.Equal(0.1, configuration.Dropout);
        Assert.Empty(configuration.ControlDims);
    }

    [Fact]
    public void FromMetadata_NoKwargs_IsRefused()
    {
        ArchitectureException refusal = Refused(MetadataValue.EmptyMapping);

        Assert.Equal("VNA0101", refusal.Id);
        Assert.StartsWith("VNA0101: Found no metadata.kwargs in some.pth.\nExpected ", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromMetadata_SeveralKeysMissing_AreAllNamed()
    {
        ArchitectureException refusal = Refused(new EditedCheckpoint(C2f).WithoutKwarg("n_layers").WithoutKwarg("vocab_size").Metadata());

        Assert.Equal("VNA0102", refusal.Id);
        Assert.Contains("some.pth: metadata.kwargs without n_layers, vocab_size;", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("n_layers", 0)]
    [InlineData("n_layers", 1_000_000_000)]
    [InlineData("embedding_dim", -64)]
    [InlineData("vocab_size", long.MaxValue)]
    [InlineData("n_conditioning_codebooks", -1)]
    [InlineData("dropout", 1)]
    [InlineData("ctrl_dims", 3)]
    public void FromMetadata_NumberOutOfRange_IsRefused(string key, long value)
    {
        ArchitectureException refusal = Refused(new EditedCheckpoint(C2f).WithKwarg(key, value).Metadata());

        Assert.Equal("VNA0103", refusal.Id);
        Assert.Contains($"at some.pth: metadata.kwargs.{key}.", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromMetadata_ValueOfAnotherKind_IsRefused()
    {
        var malformed = new MetadataValue[]
        {
            new MetadataValue.Text(new string('7', 1000)),
            new MetadataValue.Real(4.5),
            new MetadataValue.None(),
            new MetadataValue.Boolean(true),
            new MetadataValue.Opaque("a.b"),
        };

        Assert.All(
            malformed,
            value => Assert.Equal("VNA0103", Refused(new EditedCheckpoint(C2f).WithKwarg("n_heads", value).Metadata()).Id)
        );
    }

    [Theory]
    [InlineData("n_heads", 5, "embedding_dim 64 with n_heads 5")]
    [InlineData("n_conditioning_codebooks", 14, "n_conditioning_codebooks 14 with n_codebooks 14")]
    [InlineData("vocab_size", 1 << 24, "a single weight of 10737418240 elements")]
    public void FromMetadata_NumbersThatContradict_AreRefused(string key, long value, string found)
    {
        ArchitectureException refusal = Refused(new EditedCheckpoint(C2f).WithKwarg(key, value).Metadata());

        Assert.Equal("VNA0104", refusal.Id);
        Assert.Contains(found, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromMetadata_UnsupportedMode_IsRefused()
    {
        Assert.Equal("VNA0105", Refused(new EditedCheckpoint(C2f).WithKwarg("noise_mode", new MetadataValue.Text("random")).Metadata()).Id);
        Assert.Equal("VNA0105", Refused(new EditedCheckpoint(C2f).WithKwarg("r_cond_dim", 64L).Metadata()).Id);
    }

    [Fact]
    public void ToJson_Configuration_HasUpstreamsKeysInAFixedOrder() =>
        Assert.Equal(
            """{"n_layers":2,"n_heads":4,"embedding_dim":64,"n_codebooks":14,"n_conditioning_codebooks":4"""
                + ""","latent_dim":8,"vocab_size":1024}""",
            TransformerConfiguration.FromMetadata(new EditedCheckpoint(C2f).Metadata()).ToJson()
        );

    private static ArchitectureException Refused(MetadataValue metadata) =>
        Assert.Throws<ArchitectureException>(() => TransformerConfiguration.FromMetadata(metadata, "some.pth", out _));
}
