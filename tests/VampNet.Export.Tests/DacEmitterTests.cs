using VampNet.Architecture;
using VampNet.Onnx;

namespace VampNet.Export.Tests;

public class DacEmitterTests
{
    /// <summary>The largest absolute difference of a decoded sample or of a projected latent.</summary>
    private const double Budget = 1e-4;

    public static TheoryData<string, string, int> Encodings()
    {
        TheoryData<string, string, int> data = [];
        foreach (int opset in new[] { 17, 20, 23 })
        {
            data.Add("even", "codec_n3000", opset);
            data.Add("odd", "codec_n2000", opset);
            data.Add("latent", "codec_n5000", opset);
        }

        data.Add("even", "codec_n22050", 20);
        data.Add("odd", "codec_n12000", 20);
        return data;
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public void EmitEncoder_GoldenAudio_CodesEqual(string model, string file, int opset)
    {
        BoundCodec codec = GoldenModels.Dac(model);
        using GoldenTensors golden = new($"dac/{model}/{file}.safetensors");
        using GraphSession session = new(CodecEncoderEmitter.Emit(codec, new ExportOptions { Opset = opset }));

        Tensor<long> codes = session.Run<float, long>(golden.Singles("audio"), "codes");

        Tensor<long> expected = golden.Int64s("codes");
        Assert.Equal(expected.Shape, codes.Shape);
        CodeAgreement.Assert(codec, golden.Singles("latents"), expected, codes);
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public void EmitDecoder_GoldenCodes_WithinBudgetAndAsLongAsUpstreams(string model, string file, int opset)
    {
        using GoldenTensors golden = new($"dac/{model}/{file}.safetensors");
        using GraphSession session = new(CodecDecoderEmitter.Emit(GoldenModels.Dac(model), new ExportOptions { Opset = opset }));

        Tensor<float> audio = session.Run<long, float>(golden.Int64s("codes"), "audio");

        Assert.Equal(golden.Singles("decoded").Shape, audio.Shape);
        Closeness.AssertWithin(Budget, golden.Singles("decoded"), audio);
    }

    [Theory]
    [InlineData("even")]
    [InlineData("odd")]
    [InlineData("latent")]
    public void EmitDecoder_StereoCodes_WithinBudget(string model)
    {
        using GoldenTensors golden = new($"dac/{model}/stereo_dac_decoded.safetensors");
        using GraphSession session = new(CodecDecoderEmitter.Emit(GoldenModels.Dac(model), ExportOptions.Default));

        Tensor<float> audio = session.Run<long, float>(golden.Int64s("codes"), "audio");

        Assert.Equal(golden.Singles("decoded").Shape, audio.Shape);
        Closeness.AssertWithin(Budget, golden.Singles("decoded"), audio);
    }

    [Fact]
    public void Emit_FirstFourCodebooks_AreUpstreams()
    {
        BoundCodec codec = GoldenModels.Dac("even", 4);
        using GoldenTensors golden = new("dac/even/first_4_codebooks.safetensors");
        using GoldenTensors whole = new("dac/even/codec_n3000.safetensors");
        using GraphSession encoder = new(CodecEncoderEmitter.Emit(codec, ExportOptions.Default));
        using GraphSession decoder = new(CodecDecoderEmitter.Emit(codec, ExportOptions.Default));

        Tensor<long> codes = encoder.Run<float, long>(golden.Singles("audio"), "codes");
        Tensor<float> audio = decoder.Run<long, float>(golden.Int64s("codes"), "audio");

        Assert.Equal([1, 4, 6], codes.Shape);
        CodeAgreement.Assert(codec, whole.Singles("latents"), golden.Int64s("codes"), codes);
        Closeness.AssertWithin(Budget, golden.Singles("decoded"), audio);
    }

    [Fact]
    public void EmitDecoder_OddStrides_StateTheExactLength()
    {
        Model model = CodecDecoderEmitter.Emit(GoldenModels.Dac("odd"), ExportOptions.Default);

        Assert.Equal("dac.decoder", model.Graph.Name);
        Assert.Equal("T*320 - 8", model.Graph.Outputs.Single().TensorType!.Shape![2].ToString());
        Assert.Empty(ModelVerifier.Verify(model));
    }

    [Theory]
    [InlineData(1, 312)]
    [InlineData(7, 2232)]
    public void EmitDecoder_FewFrames_LackWhatUpstreamLacks(int frames, int samples)
    {
        using GraphSession session = new(CodecDecoderEmitter.Emit(GoldenModels.Dac("odd"), ExportOptions.Default));

        Tensor<float> audio = session.Run<long, float>(new(new long[12 * frames], [1, 12, frames]), "audio");

        Assert.Equal([1, 1, samples], audio.Shape);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(319, 1)]
    [InlineData(320, 1)]
    [InlineData(321, 2)]
    [InlineData(1601, 6)]
    public void EmitEncoder_AnyLength_IsPaddedToTheHop(int samples, int frames)
    {
        using GraphSession session = new(CodecEncoderEmitter.Emit(GoldenModels.Dac("odd"), ExportOptions.Default));
        float[] audio = [.. Enumerable.Range(0, samples).Select(i => MathF.Sin(i * 0.37f))];

        Assert.Equal([1, 12, frames], session.Run<float, long>(new(audio, [1, 1, samples]), "codes").Shape);
    }
}
