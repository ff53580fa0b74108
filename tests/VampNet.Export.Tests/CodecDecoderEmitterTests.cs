using VampNet.Onnx;

namespace VampNet.Export.Tests;

public class CodecDecoderEmitterTests
{
    /// <summary>The largest absolute difference of a decoded sample.</summary>
    private const double SampleBudget = 1e-4;

    public static TheoryData<string, int> Variants() => CodecEncoderEmitterTests.Variants();

    [Theory]
    [MemberData(nameof(Variants))]
    public void Emit_EveryGoldenDecoding_WithinBudget(string family, int opset)
    {
        using GraphSession session = new(Emit(family, opset));
        int compared = 0;
        foreach (string file in GoldenModels.Files(family + "/codec_n*.safetensors"))
        {
            using GoldenTensors golden = new(file);
            Tensor<float> audio = session.Run<long, float>(golden.Int64s("codes"), "audio");
            Closeness.AssertWithin(SampleBudget, golden.Singles("decoded"), audio);
            compared++;
        }

        Assert.True(compared > 0);
    }

    [Fact]
    public void Emit_MaskedCodes_ReadAsZero()
    {
        using GraphSession session = new(Emit("micro", 20));
        long mask = GoldenModels.Codec("micro").Configuration.CodebookSize;
        long[] codes = [.. Enumerable.Range(0, 2 * 14 * 3).Select(i => (i * 31) % 5 == 0 ? mask : (i * 37) % mask)];
        long[] zeroed = [.. codes.Select(code => code == mask ? 0 : code)];
        Tensor<float> masked = session.Run<long, float>(new(codes, [2, 14, 3]), "audio");
        Assert.Equal([2, 1, 3 * 768], masked.Shape);
        Assert.Equal(session.Run<long, float>(new(zeroed, [2, 14, 3]), "audio").Values, masked.Values);
    }

    [Fact]
    public void Emit_InputsAndOutputs_AreThePublicContract()
    {
        using GraphSession session = new(Emit("tiny", 20));
        Assert.Equal(["B", "", "T"], session.Inputs["codes"].SymbolicDimensions);
        Assert.Equal(typeof(long), session.Inputs["codes"].ElementType);
        Assert.Equal([-1, 1, -1], session.Outputs["audio"].Dimensions);
        Assert.Equal(typeof(float), session.Outputs["audio"].ElementType);
    }

    [Fact]
    public void Emit_Graph_HasNoShapeArithmetic()
    {
        string[] shapeOperators = ["Shape", "Reshape", "Unsqueeze", "Squeeze", "Slice", "Expand", "Cast", "Range"];
        Assert.DoesNotContain(Emit("tiny", 20).Graph.Nodes, node => shapeOperators.Contains(node.OpType));
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
        CodecDecoderEmitter.Emit(GoldenModels.Codec(family), new ExportOptions { Opset = opset });
}
