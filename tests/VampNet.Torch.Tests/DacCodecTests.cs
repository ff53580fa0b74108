using TorchSharp;
using VampNet.Architecture;
using static TorchSharp.torch;

namespace VampNet.Torch.Tests;

public sealed class DacCodecTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public static TheoryData<string, string> GoldenFiles =>
        new()
        {
            { "even", "codec_n3000" },
            { "even", "codec_n22050" },
            { "odd", "codec_n2000" },
            { "odd", "codec_n12000" },
            { "latent", "codec_n5000" },
        };

    public void Dispose() => _scope.Dispose();

    [Theory]
    [MemberData(nameof(GoldenFiles))]
    public void Encode_GoldenAudio_GivesUpstreamsCodes(string model, string file)
    {
        using LacCodec codec = GoldenModels.Codec($"dac/{model}/weights.pth");
        using var golden = new GoldenFile($"dac/{model}/{file}.safetensors");
        using IDisposable inference = no_grad();

        LacQuantization quantization = codec.Quantize(golden.Singles("audio"));

        Closeness.AssertClose(golden.Singles("encoder_z"), codec.EncodeLatent(golden.Singles("audio")));
        Closeness.AssertEqual(golden.Int64s("codes"), quantization.Codes);
        Closeness.AssertClose(golden.Singles("latents"), quantization.Latents);
    }

    [Theory]
    [MemberData(nameof(GoldenFiles))]
    public void Decode_GoldenCodes_GivesUpstreamsAudio(string model, string file)
    {
        using LacCodec codec = GoldenModels.Codec($"dac/{model}/weights.pth");
        using var golden = new GoldenFile($"dac/{model}/{file}.safetensors");
        using IDisposable inference = no_grad();

        Tensor audio = codec.Decode(golden.Int64s("codes"));

        Assert.Equal(codec.Configuration.DecodedSamples((int)golden.Int64s("codes").shape[2]), audio.shape[2]);
        Closeness.AssertClose(golden.Singles("decoded"), audio);
        Closeness.AssertClose(golden.Singles("round_trip"), codec.forward(golden.Singles("audio")));
    }

    [Theory]
    [InlineData("even")]
    [InlineData("odd")]
    [InlineData("latent")]
    public void Load_Codec_HasExactlyTheManifestsState(string model)
    {
        using LacCodec codec = GoldenModels.Codec($"dac/{model}/weights.pth");

        Assert.Equal(
            CodecManifest.Folded(codec.Configuration).Select(parameter => parameter.ToString()).Order(StringComparer.Ordinal),
            codec.state_dict().Select(entry => $"{entry.Key} [{string.Join(", ", entry.Value.shape)}]").Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Forward_WholeFramesAtOddStrides_LacksWhatTheDecoderLacks()
    {
        using LacCodec codec = GoldenModels.Codec("dac/odd/weights.pth");
        using IDisposable inference = no_grad();

        Assert.Equal(8, codec.Configuration.MissingSamples);
        Assert.Equal([1, 1, 2232], codec.forward(zeros(1, 1, 2240)).shape);
    }
}
