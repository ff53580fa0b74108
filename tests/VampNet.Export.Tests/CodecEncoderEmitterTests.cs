using VampNet.Onnx;

namespace VampNet.Export.Tests;

public class CodecEncoderEmitterTests
{
    /// <summary>The largest absolute difference of a projected latent.</summary>
    private const double LatentBudget = 1e-4;

    public static TheoryData<string, int> Variants() =>
        new()
        {
            { "tiny", 17 },
            { "tiny", 20 },
            { "tiny", 23 },
            { "micro", 17 },
            { "micro", 20 },
            { "micro", 23 },
        };

    [Theory]
    [MemberData(nameof(Variants))]
    public void Emit_EveryGoldenEncoding_CodesEqual(string family, int opset)
    {
        using GraphSession session = new(Emit(family, opset), LastResidual(family));
        int compared = 0;
        foreach (string file in GoldenModels.Files(family + "/codec_n*.safetensors"))
        {
            using GoldenTensors golden = new(file);
            Tensor<float> audio = golden.Singles("audio");
            Tensor<long> codes = session.Run<float, long>(audio, "codes");
            Tensor<long> expected = golden.Int64s("codes");
            Assert.Equal(expected.Shape, codes.Shape);
            CodeAgreement.Assert(GoldenModels.Codec(family), golden.Singles("latents"), expected, codes);
            compared++;
        }

        Assert.True(compared > 0);
    }

    [Fact]
    public void Emit_ProjectedLatents_AreUpstreams()
    {
        using GraphSession session = new(Emit("tiny", 20), LastResidual("tiny"));
        using GoldenTensors golden = new("tiny/codec_n2304.safetensors");
        Tensor<float> expected = golden.Singles("latents");
        Tensor<float> actual = session.Run<float, float>(golden.Singles("audio"), LastResidual("tiny"));
        (int width, int frames) = (expected.Shape[1], expected.Shape[2]);
        Assert.Equal([1, frames, 1, width], actual.Shape);
        float[] transposed = [.. Enumerable.Range(0, expected.Count).Select(i => actual.Values[(i % frames * width) + (i / frames)])];
        Closeness.AssertWithin(LatentBudget, expected.Values, transposed);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(767, 1)]
    [InlineData(768, 1)]
    [InlineData(769, 2)]
    [InlineData(2304, 3)]
    public void Emit_AnyLength_IsPaddedToTheHop(int samples, int frames)
    {
        using GraphSession session = new(Emit("micro", 20));
        float[] audio = [.. Enumerable.Range(0, 2 * samples).Select(i => MathF.Sin(i * 0.37f))];
        Tensor<long> codes = session.Run<float, long>(new(audio, [2, 1, samples]), "codes");
        Assert.Equal([2, 14, frames], codes.Shape);

        float[] padded = new float[2 * frames * 768];
        audio.AsSpan(0, samples).CopyTo(padded);
        audio.AsSpan(samples).CopyTo(padded.AsSpan(frames * 768));
        Assert.Equal(session.Run<float, long>(new(padded, [2, 1, frames * 768]), "codes").Values, codes.Values);
    }

    [Fact]
    public void Emit_Silence_ChoosesTheSameCodesInEveryFrameButTheEdges()
    {
        using GraphSession session = new(Emit("tiny", 20));
        Tensor<long> codes = session.Run<float, long>(new(new float[768 * 40], [1, 1, 768 * 40]), "codes");
        for (int codebook = 0; codebook < 14; codebook++)
        {
            Assert.Single(codes.Values[((codebook * 40) + 18)..((codebook * 40) + 22)].Distinct());
        }
    }

    [Fact]
    public void Emit_InputsAndOutputs_AreThePublicContract()
    {
        using GraphSession session = new(Emit("tiny", 20));
        Assert.Equal(["B", "", "S"], session.Inputs["audio"].SymbolicDimensions);
        Assert.Equal([-1, 1, -1], session.Inputs["audio"].Dimensions);
        Assert.Equal(typeof(float), session.Inputs["audio"].ElementType);
        Assert.Equal(["B", "", "T"], session.Outputs["codes"].SymbolicDimensions);
        Assert.Equal(typeof(long), session.Outputs["codes"].ElementType);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Emit_EveryOpset_IsStandardAndValid(string family, int opset)
    {
        Model model = Emit(family, opset);
        Assert.All(model.Graph.Nodes, node => Assert.Equal("", node.Domain));
        Assert.Equal(opset, model.Opset);
        Assert.Empty(ModelVerifier.Verify(model));
    }

    private static Model Emit(string family, int opset) =>
        CodecEncoderEmitter.Emit(GoldenModels.Codec(family), new ExportOptions { Opset = opset });

    private static string LastResidual(string family) =>
        $"quantizer.quantizers.{GoldenModels.Codec(family).Configuration.Codebooks - 2}.residual";
}
