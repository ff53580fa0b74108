using System.Collections.Immutable;

namespace VampNet.Architecture.Tests;

public sealed class CodecConfigurationTests
{
    private const string Codec = "tiny/codec.pth";

    [Fact]
    public void FromMetadata_GoldenCheckpoint_ReadsEveryNumber()
    {
        var configuration = CodecConfiguration.FromMetadata(
            new EditedCheckpoint(Codec).Metadata(),
            "codec.pth",
            out ImmutableArray<string> ignored
        );

        Assert.Equal(
            """{"sample_rate":44100,"encoder_dim":4,"encoder_rates":[2,4,8,12],"decoder_dim":32,"decoder_rates":[12,8,4,2]"""
                + ""","n_codebooks":14,"codebook_size":1024,"codebook_dim":8}""",
            configuration.ToJson()
        );
        Assert.Equal((64, 768), (configuration.LatentDim, configuration.HopLength));
        Assert.Equal(["quantizer_dropout"], ignored);
    }

    [Fact]
    public void Equals_SameNumbers_IsTrue()
    {
        CodecConfiguration one = CodecConfiguration.FromMetadata(new EditedCheckpoint(Codec).Metadata());
        CodecConfiguration same = CodecConfiguration.FromMetadata(new EditedCheckpoint(Codec).Metadata());

        Assert.Equal(one, same);
        Assert.Equal(one.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(one, same with { DecoderRates = [8, 12, 4, 2] });
    }

    [Fact]
    public void FromMetadata_CodebookDimAsAList_IsReadWhenUniform()
    {
        CodecConfiguration configuration = CodecConfiguration.FromMetadata(
            new EditedCheckpoint(Codec).WithRates("codebook_dim", 8, 8, 8).Metadata()
        );

        Assert.Equal(8, configuration.CodebookDim);
        Assert.Equal("VNA0105", Refused(new EditedCheckpoint(Codec).WithRates("codebook_dim", 8, 4)).Id);
    }

    [Fact]
    public void FromMetadata_Transformer_NamesTheMissingKeys()
    {
        ArchitectureException refusal = Refused(new EditedCheckpoint("tiny/coarse.pth"));

        Assert.Equal("VNA0102", refusal.Id);
        Assert.Contains(
            "without sample_rate, encoder_dim, encoder_rates, decoder_dim, decoder_rates, codebook_size, codebook_dim;",
            refusal.Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("encoder_rates")]
    [InlineData("encoder_rates", 2, 4, 8, 0)]
    [InlineData("decoder_rates", 2, 4, 8, -12)]
    public void FromMetadata_RatesOutOfRange_AreRefused(string key, params int[] rates) =>
        Assert.Equal("VNA0103", Refused(new EditedCheckpoint(Codec).WithRates(key, [.. rates.Select(rate => (long)rate)])).Id);

    [Fact]
    public void FromMetadata_MoreRatesThanAnyCodecHas_IsRefused() =>
        Assert.Equal("VNA0103", Refused(new EditedCheckpoint(Codec).WithRates("encoder_rates", [.. Enumerable.Repeat(2L, 65)])).Id);

    [Theory]
    [InlineData("encoder_rates", "the odd rate 3", 3, 4, 8, 8)]
    [InlineData("decoder_rates", "encoder_rates [2, 4, 8, 12] with decoder_rates [2, 4, 8]", 2, 4, 8)]
    [InlineData("decoder_rates", "decoder_dim 32 with 6 decoder rates", 6, 4, 2, 2, 2, 4)]
    public void FromMetadata_RatesThatContradict_AreRefused(string key, string found, params int[] rates)
    {
        ArchitectureException refusal = Refused(new EditedCheckpoint(Codec).WithRates(key, [.. rates.Select(rate => (long)rate)]));

        Assert.Equal("VNA0104", refusal.Id);
        Assert.Contains(found, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromMetadata_HopOrWidthBeyondReason_IsRefused()
    {
        long[] deep = [.. Enumerable.Repeat(64L, 30)];

        Assert.Equal("VNA0104", Refused(new EditedCheckpoint(Codec).WithRates("encoder_rates", deep).WithRates("decoder_rates", deep)).Id);
        Assert.Equal("VNA0104", Refused(new EditedCheckpoint(Codec).WithKwarg("encoder_dim", 4096L)).Id);
    }

    private static ArchitectureException Refused(EditedCheckpoint checkpoint) =>
        Assert.Throws<ArchitectureException>(() => CodecConfiguration.FromMetadata(checkpoint.Metadata(), "some.pth", out _));
}
