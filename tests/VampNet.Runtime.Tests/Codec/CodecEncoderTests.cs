using VampNet.Runtime.Codec;
using VampNet.Runtime.Models;

namespace VampNet.Runtime.Tests.Codec;

public sealed class CodecEncoderTests(ExportedModels exported)
{
    [Theory]
    [InlineData("micro", "codec_n22050")]
    [InlineData("tiny", "codec_n1000")]
    [InlineData("tiny", "codec_n2304")]
    [InlineData("tiny", "codec_n44100")]
    public void Encode_GoldenAudio_GivesUpstreamsCodes(string size, string name)
    {
        using GoldenTensors golden = new($"{size}/{name}.safetensors");

        TokenGrid<long> codes = Models(size)
            .Encoder.Encode(golden.Singles("audio"), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(golden.Codes("codes").Values, codes.Values);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(28)]
    [InlineData(57)]
    public void Encode_InChunks_EqualsOnePass(int chunkFrames)
    {
        using GoldenTensors golden = new("tiny/codec_n44100.safetensors");
        List<CodecProgress> done = [];

        TokenGrid<long> codes = exported.Tiny.Encoder.Encode(
            golden.Singles("audio"),
            chunkFrames,
            new Listener(done),
            TestContext.Current.CancellationToken
        );

        Assert.Equal(golden.Codes("codes").Values, codes.Values);
        Assert.Equal((58 + chunkFrames - 1) / chunkFrames, done.Count);
        Assert.Equal(new CodecProgress(58, 58), done[^1]);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(767, 1)]
    [InlineData(768, 1)]
    [InlineData(769, 2)]
    public void Encode_AnyLength_RoundsUpToFrames(int samples, int frames)
    {
        float[] audio = [.. Enumerable.Range(0, samples).Select(index => MathF.Sin(index))];

        TokenGrid<long> codes = exported.Micro.Encoder.Encode(audio, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal((1, 14, frames), (codes.Batch, codes.Codebooks, codes.Frames));
    }

    [Fact]
    public void Encode_NothingAtAll_IsAProgrammingError() =>
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            exported.Micro.Encoder.Encode(Array.Empty<float>(), cancellationToken: TestContext.Current.CancellationToken)
        );

    [Fact]
    public void Open_ExportedGraph_KnowsItsNumbers() =>
        Assert.Equal(new CodecProperties(44100, 14, 64, [2, 4, 8, 12], [12, 8, 4, 2]), exported.Micro.Encoder.Configuration);

    private VampNetModels Models(string size) => size == "micro" ? exported.Micro : exported.Tiny;

    private sealed class Listener(List<CodecProgress> reports) : IProgress<CodecProgress>
    {
        public void Report(CodecProgress value) => reports.Add(value);
    }
}
