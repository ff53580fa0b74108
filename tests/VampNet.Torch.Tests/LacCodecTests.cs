using TorchSharp;
using VampNet.Architecture;
using static TorchSharp.torch;

namespace VampNet.Torch.Tests;

public sealed class LacCodecTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public static TheoryData<string, string> GoldenFiles =>
        new()
        {
            { "tiny", "codec_n1000" },
            { "tiny", "codec_n2304" },
            { "tiny", "codec_n44100" },
            { "micro", "codec_n22050" },
        };

    public void Dispose() => _scope.Dispose();

    [Theory]
    [MemberData(nameof(GoldenFiles))]
    public void Encode_GoldenAudio_GivesUpstreamsCodes(string folder, string file)
    {
        using LacCodec codec = GoldenModels.Codec($"{folder}/codec.pth");
        using var golden = new GoldenFile($"{folder}/{file}.safetensors");
        using IDisposable inference = no_grad();
        Tensor audio = golden.Singles("audio");

        LacQuantization quantization = codec.Quantize(audio);

        Closeness.AssertClose(golden.Singles("encoder_z"), quantization.Z);
        // The nearest two rows are over 1e-5 apart in cosine at every golden frame: no mismatch is excusable.
        Closeness.AssertEqual(golden.Int64s("codes"), quantization.Codes);
        Closeness.AssertClose(golden.Singles("latents"), quantization.Latents);
        Closeness.AssertEqual(codec.Encode(audio), quantization.Codes);
    }

    [Theory]
    [MemberData(nameof(GoldenFiles))]
    public void Decode_GoldenCodes_GivesUpstreamsAudio(string folder, string file)
    {
        using LacCodec codec = GoldenModels.Codec($"{folder}/codec.pth");
        using var golden = new GoldenFile($"{folder}/{file}.safetensors");
        using IDisposable inference = no_grad();

        Closeness.AssertClose(golden.Singles("decoded"), codec.Decode(golden.Int64s("codes")));
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(1536)]
    public void EncoderOutputs_Audio_EndInWhatIsQuantized(long samples)
    {
        using LacCodec codec = GoldenModels.Codec("micro/codec.pth");
        using IDisposable inference = no_grad();
        Tensor audio = sin(arange(samples) * 0.05).view(1, 1, samples);

        (string Module, Tensor Output)[] outputs = Keep(codec.EncoderOutputs(audio));

        Assert.Equal(Enumerable.Range(0, 7).Select(i => $"encoder.block.{i}"), outputs.Select(each => each.Module));
        Assert.Equal([1536, 768, 192, 24, 2, 2, 2], outputs.Select(each => each.Output.shape[2]));
        Closeness.AssertEqual(codec.EncodeLatent(audio), outputs[^1].Output);
    }

    [Fact]
    public void DecoderOutputs_Codes_BeginWithZAndEndInTheAudio()
    {
        using LacCodec codec = GoldenModels.Codec("micro/codec.pth");
        using IDisposable inference = no_grad();
        Tensor codes = arange(14 * 3).remainder(65).view(1, 14, 3);

        (string Module, Tensor Output)[] outputs = Keep(codec.DecoderOutputs(codes));

        Assert.Equal(["quantizer", .. Enumerable.Range(0, 8).Select(i => $"decoder.model.{i}")], outputs.Select(each => each.Module));
        Assert.Equal([3, 3, 36, 288, 1152, 2304, 2304, 2304, 2304], outputs.Select(each => each.Output.shape[2]));
        Closeness.AssertEqual(codec.Decode(codes), outputs[^1].Output);
    }

    [Fact]
    public void Outputs_AbandonedOrTakenToTheEnd_LeaveNothing()
    {
        using LacCodec codec = GoldenModels.Codec("micro/codec.pth");
        using IDisposable inference = no_grad();
        using DisposeScope inner = NewDisposeScope();
        (Tensor audio, Tensor codes) = (zeros(1, 1, 1000), zeros(1, 14, 1, dtype: ScalarType.Int64));

        Assert.Equal(7, codec.EncoderOutputs(audio).Count());
        Assert.Equal("quantizer", codec.DecoderOutputs(codes).First().Module);
        Assert.Equal("decoder.model.1", codec.DecoderOutputs(codes).ElementAt(2).Module);

        Assert.Equal(2, inner.DisposablesCount);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(767, 1)]
    [InlineData(768, 1)]
    [InlineData(769, 2)]
    public void Encode_AnyLength_PadsToWholeFrames(long samples, long frames)
    {
        using LacCodec codec = GoldenModels.Codec("micro/codec.pth");
        using IDisposable inference = no_grad();

        Tensor codes = codec.Encode(sin(arange(samples) * 0.05).view(1, 1, samples));

        Assert.Equal([1, 14, frames], codes.shape);
        Assert.Equal([1, 1, frames * 768], codec.Decode(codes).shape);
    }

    [Fact]
    public void Encode_Batch_TreatsEveryRowAlike()
    {
        using LacCodec codec = GoldenModels.Codec("micro/codec.pth");
        using var golden = new GoldenFile("micro/codec_n22050.safetensors");
        using IDisposable inference = no_grad();
        Tensor audio = golden.Singles("audio");

        Tensor codes = codec.Encode(cat([audio * 0.5, audio]));

        Assert.Equal([2, 14, 29], codes.shape);
        Closeness.AssertEqual(codes[1], golden.Int64s("codes")[0]);
    }

    [Fact]
    public void Decode_MaskToken_IsReadAsZero()
    {
        using LacCodec codec = GoldenModels.Codec("micro/codec.pth");
        using IDisposable inference = no_grad();
        Tensor codes = arange(14 * 3).remainder(65).view(1, 14, 3);
        codes[0, 2, 1] = 64;
        Tensor unmasked = codes.clone();
        unmasked[0, 2, 1] = 0;

        Closeness.AssertEqual(codec.Decode(codes), codec.Decode(unmasked));
        Assert.Equal(64, codes[0, 2, 1].item<long>());
    }

    [Fact]
    public void Load_Codec_HasExactlyTheManifestsState()
    {
        using LacCodec codec = GoldenModels.Codec("checkpoint_zoo/codec_package.pth");

        string[] state =
        [
            .. codec.state_dict().Select(entry => $"{entry.Key} [{string.Join(", ", entry.Value.shape)}]").Order(StringComparer.Ordinal),
        ];

        Assert.Equal(
            CodecManifest.Folded(codec.Configuration).Select(parameter => parameter.ToString()).Order(StringComparer.Ordinal),
            state
        );
        Assert.Equal(state.Length, codec.named_parameters().Count());
    }

    [Fact]
    public void Backward_ReconstructionAndQuantizerLosses_ReachEveryParameter()
    {
        using LacCodec codec = GoldenModels.Codec("checkpoint_zoo/codec_weights.pth");
        codec.train();
        Tensor audio = sin(arange(100) * 0.3).view(1, 1, 100);

        LacQuantization quantization = codec.Quantize(audio);
        Tensor loss = nn.functional.mse_loss(codec.forward(audio), audio) + quantization.CommitmentLoss + quantization.CodebookLoss;
        loss.backward();

        Assert.All(
            codec.named_parameters(),
            parameter => Assert.True(parameter.parameter.grad is { } gradient && gradient.abs().sum().item<float>() > 0, parameter.name)
        );
    }

    [Fact]
    public void Forward_Audio_KeepsItsLength()
    {
        using LacCodec codec = GoldenModels.Codec("micro/codec.pth");
        using IDisposable inference = no_grad();
        using DisposeScope inner = NewDisposeScope();

        Assert.Equal([1, 1, 1000], codec.forward(zeros(1, 1, 1000)).shape);
        Assert.Equal(2, inner.DisposablesCount);
    }

    [Theory]
    [InlineData(1L, 1L, 0L)]
    [InlineData(1L, 2L, 9L)]
    [InlineData(9L)]
    public void Encode_AudioOfAnotherShape_IsRefused(params long[] shape)
    {
        using LacCodec codec = GoldenModels.Codec("micro/codec.pth");

        Assert.Throws<ArgumentException>(() => codec.Encode(zeros(shape)));
    }

    [Fact]
    public void Decode_CodeOutOfRange_IsRefused()
    {
        using LacCodec codec = GoldenModels.Codec("micro/codec.pth");

        Assert.Throws<ArgumentException>(() => codec.Decode(full([1, 14, 1], 65, dtype: ScalarType.Int64)));
    }

    private static (string, Tensor)[] Keep(IEnumerable<(string Module, Tensor Output)> outputs) =>
        [.. outputs.Select(each => (each.Module, each.Output.clone()))];
}
