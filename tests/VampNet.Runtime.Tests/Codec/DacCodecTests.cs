using VampNet.Runtime.Codec;
using VampNet.Runtime.Models;

namespace VampNet.Runtime.Tests.Codec;

/// <summary>Plain DAC codecs, whose strides may be odd, through the same encoder and decoder as LAC.</summary>
public sealed class DacCodecTests(ExportedModels exported)
{
    /// <summary>Our graph sums convolutions in another order than PyTorch, over some twenty layers.</summary>
    private const float DecodeTolerance = 1e-4f;

    [Theory]
    [InlineData("odd", "codec_n2000")]
    [InlineData("odd", "codec_n12000")]
    [InlineData("even", "codec_n22050")]
    public void Encode_GoldenAudioInChunks_GivesUpstreamsCodes(string name, string file)
    {
        using GoldenTensors golden = new($"dac/{name}/{file}.safetensors");

        foreach (int chunkFrames in new[] { 5, 13, 575 })
        {
            TokenGrid<long> codes = Models(name)
                .Encoder.Encode(golden.Singles("audio"), chunkFrames, cancellationToken: TestContext.Current.CancellationToken);

            Assert.Equal(golden.Codes("codes").Values, codes.Values);
        }
    }

    [Theory]
    [InlineData("odd", "codec_n2000")]
    [InlineData("odd", "codec_n12000")]
    [InlineData("even", "codec_n22050")]
    public void Decode_GoldenCodes_GivesUpstreamsAudioAtItsLength(string name, string file)
    {
        using GoldenTensors golden = new($"dac/{name}/{file}.safetensors");

        Within(DecodeTolerance, golden.Singles("decoded"), Decode(name, golden.Codes("codes"), 575));
    }

    [Theory]
    [InlineData("odd", 1)]
    [InlineData("odd", 2)]
    [InlineData("odd", 7)]
    [InlineData("odd", 44)]
    [InlineData("even", 1)]
    [InlineData("even", 10)]
    public void Decode_InChunks_EqualsOnePass(string name, int chunkFrames)
    {
        TokenGrid<long> codes = Codes(name, 45);

        float[] whole = Decode(name, codes, 45);
        Within(SummationRounding.Of(Models(name), whole), whole, Decode(name, codes, chunkFrames));
    }

    [Theory]
    [InlineData("odd", 10)]
    [InlineData("odd", 11)]
    [InlineData("even", 8)]
    public async Task DecodeAsync_BlockByBlock_IsWhatDecodeGives(string name, int blockFrames)
    {
        TokenGrid<long> codes = Codes(name, 33);
        List<float> streamed = [];

        await foreach (
            ReadOnlyMemory<float> block in Models(name).Decoder.DecodeAsync(codes, blockFrames, TestContext.Current.CancellationToken)
        )
        {
            streamed.AddRange(block.Span);
        }

        float[] whole = Decode(name, codes, 575);
        Within(SummationRounding.Of(Models(name), whole), whole, [.. streamed]);
    }

    [Fact]
    public void Open_ExportedGraphs_KnowTheirNumbers()
    {
        Assert.Equal((24000, 12, 64, 320, 8), Numbers("odd"));
        Assert.Equal((44100, 9, 64, 512, 0), Numbers("even"));
        Assert.Equal(exported.OddDac.Encoder.Configuration, exported.OddDac.Decoder.Configuration);
    }

    private (int, int, int, int, int) Numbers(string name)
    {
        CodecProperties codec = Models(name).Decoder.Configuration;
        return (codec.SampleRate, codec.Codebooks, codec.CodebookSize, codec.HopLength, codec.MissingSamples);
    }

    private static void Within(float tolerance, float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }

    private TokenGrid<long> Codes(string name, int frames)
    {
        int codebooks = Models(name).Decoder.Configuration.Codebooks;
        return new(1, codebooks, frames, [.. Enumerable.Range(0, codebooks * frames).Select(index => (long)(index * 37 % 61))]);
    }

    private float[] Decode(string name, TokenGrid<long> codes, int chunkFrames) =>
        Models(name).Decoder.Decode(codes, chunkFrames, cancellationToken: TestContext.Current.CancellationToken);

    private VampNetModels Models(string name) => name == "odd" ? exported.OddDac : exported.EvenDac;
}
