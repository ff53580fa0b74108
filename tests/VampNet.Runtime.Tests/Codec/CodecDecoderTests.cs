using VampNet.Runtime.Codec;
using VampNet.Runtime.Models;

namespace VampNet.Runtime.Tests.Codec;

public sealed class CodecDecoderTests(ExportedModels exported)
{
    /// <summary>Our graph sums convolutions in another order than PyTorch, over some twenty layers.</summary>
    private const float DecodeTolerance = 1e-4f;

    [Theory]
    [InlineData("micro", "codec_n22050", "codes", "decoded")]
    [InlineData("tiny", "codec_n1000", "codes", "decoded")]
    [InlineData("tiny", "codec_n44100", "codes", "decoded")]
    [InlineData("micro", "vamp_decoded", "tokens", "audio")]
    [InlineData("micro", "vamp_batch_feedback_stretch_decoded", "tokens", "audio")]
    public void Decode_GoldenCodes_GivesUpstreamsAudio(string size, string name, string codes, string audio)
    {
        using GoldenTensors golden = new($"{size}/{name}.safetensors");
        VampNetModels models = size == "micro" ? exported.Micro : exported.Tiny;
        TokenGrid<long> tokens = golden.Codes(codes);

        float[] decoded =
        [
            .. Enumerable
                .Range(0, tokens.Batch)
                .SelectMany(piece =>
                    models.Decoder.Decode(tokens.SliceBatch(piece, 1), cancellationToken: TestContext.Current.CancellationToken)
                ),
        ];

        Within(DecodeTolerance, golden.Singles(audio), decoded);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(40)]
    public void Decode_InChunks_EqualsOnePass(int chunkFrames)
    {
        TokenGrid<long> codes = Codes(45);

        float[] whole = exported.Micro.Decoder.Decode(codes, codes.Frames, cancellationToken: TestContext.Current.CancellationToken);
        float[] chunked = exported.Micro.Decoder.Decode(codes, chunkFrames, cancellationToken: TestContext.Current.CancellationToken);

        Within(SummationRounding.Of(exported.Micro, whole), whole, chunked);
    }

    [Fact]
    public void Decode_LongPiece_IsComputedInTwoHalvesAndEqualsOnePass()
    {
        TokenGrid<long> codes = Codes(161);
        List<CodecProgress> done = [];

        float[] halves = exported.Micro.Decoder.DecodeInLanes(
            codes,
            CodecDecoder.DefaultChunkFrames,
            lanes: 2,
            new Listed(done),
            TestContext.Current.CancellationToken
        );

        float[] whole = exported.Micro.Decoder.DecodeInLanes(
            codes,
            CodecDecoder.DefaultChunkFrames,
            lanes: 1,
            progress: null,
            TestContext.Current.CancellationToken
        );
        Within(SummationRounding.Of(exported.Micro, whole), whole, halves);
        Assert.Equal(2, done.Count);
    }

    [Fact]
    public async Task DecodeAsync_BlockByBlock_IsWhatDecodeGives()
    {
        TokenGrid<long> codes = Codes(33);
        List<float> streamed = [];

        await foreach (ReadOnlyMemory<float> block in exported.Micro.Decoder.DecodeAsync(codes, 10, TestContext.Current.CancellationToken))
        {
            Assert.Equal(streamed.Count < 30 * 768 ? 10 * 768 : 3 * 768, block.Length);
            streamed.AddRange(block.Span);
        }

        float[] whole = exported.Micro.Decoder.Decode(codes, cancellationToken: TestContext.Current.CancellationToken);
        Within(SummationRounding.Of(exported.Micro, whole), whole, [.. streamed]);
    }

    [Fact]
    public async Task DecodeAsync_Cancelled_Stops()
    {
        using CancellationTokenSource cancel = new();
        int blocks = 0;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (ReadOnlyMemory<float> _ in exported.Micro.Decoder.DecodeAsync(Codes(33), 5, cancel.Token))
            {
                blocks++;
                await cancel.CancelAsync();
            }
        });

        Assert.Equal(1, blocks);
    }

    [Fact]
    public void Decode_Mask_IsReadAsCodeZero()
    {
        TokenGrid<long> masked = new(1, 14, 4),
            zero = new(1, 14, 4);
        masked.Values.AsSpan(20, 9).Fill(64);

        Assert.Equal(Decode(zero), Decode(masked));
    }

    [Fact]
    public void Decode_CodesOfAnotherCodec_AreRefused()
    {
        Assert.Equal("VNR0206", Assert.Throws<RuntimeException>(() => Decode(new TokenGrid<long>(1, 9, 4))).Id);
        Assert.Equal(
            "VNR0205",
            Assert.Throws<RuntimeException>(() => Decode(new TokenGrid<long>(1, 14, 1, [.. Enumerable.Repeat(65L, 14)]))).Id
        );
        Assert.Throws<ArgumentOutOfRangeException>(() => Decode(new TokenGrid<long>(2, 14, 4)));
    }

    private static TokenGrid<long> Codes(int frames) =>
        new(1, 14, frames, [.. Enumerable.Range(0, 14 * frames).Select(index => (long)(index * 37 % 61))]);

    private static void Within(float tolerance, float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }

    private float[] Decode(TokenGrid<long> codes) =>
        exported.Micro.Decoder.Decode(codes, cancellationToken: TestContext.Current.CancellationToken);

    private sealed class Listed(List<CodecProgress> reported) : IProgress<CodecProgress>
    {
        public void Report(CodecProgress value) => reported.Add(value);
    }
}
