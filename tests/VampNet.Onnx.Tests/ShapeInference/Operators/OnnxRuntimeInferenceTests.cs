namespace VampNet.Onnx.Tests.ShapeInference.Operators;

public class OnnxRuntimeInferenceTests
{
    [Theory]
    [InlineData("com.microsoft::BiasAdd", "float[B, T, D]; float[D]", "", "float[B, T, D]", 1)]
    [InlineData("com.microsoft::BiasGelu", "float[B, T, D]; float[D]", "", "float[B, T, D]", 1)]
    [InlineData("com.microsoft::FastGelu", "float[B, T, D]; float[D]", "", "float[B, T, D]", 1)]
    [InlineData("com.microsoft::Gelu", "float[B, T, D]; float[D]", "", "float[B, T, D]", 1)]
    [InlineData("com.microsoft::QuickGelu", "float[B, T, D]; float[D]", "", "float[B, T, D]", 1)]
    [InlineData("com.microsoft::RotaryEmbedding", "float[B, T, D]; float[D]", "", "float[B, T, D]", 1)]
    [InlineData(
        "com.microsoft::SkipLayerNormalization",
        "float[B, T, D]; float[B, T, D]; float[D]",
        "",
        "float[B, T, D]; float[B, T, 1]; float[B, T, 1]; float[B, T, D]",
        1,
        4
    )]
    [InlineData(
        "com.microsoft::SkipSimplifiedLayerNormalization",
        "float[B, T, D]; float[B, T, D]; float[D]",
        "",
        "float[B, T, D]; float[B, T, 1]; float[B, T, 1]; float[B, T, D]",
        1,
        4
    )]
    [InlineData("com.microsoft::FusedConv", "float[B, 3, S]; float[8, 3, 1]", "", "float[B, 8, S]", 1)]
    [InlineData("com.microsoft::FusedMatMul", "float[B, T, d]; float[B, S, d]", "transB = 1", "float[B, T, S]", 1)]
    [InlineData("com.microsoft::FusedMatMul", "float[B, T, d]; float[d, S]", "", "float[B, T, S]", 1)]
    [InlineData("com.microsoft::DynamicQuantizeMatMul", "float[B, T, 3]; int8[3, 5]; float[5]", "", "float[B, T, 5]", 1)]
    [InlineData("com.microsoft::MatMulIntegerToFloat", "uint8[B, T, 3]; int8[3, 5]; float[]; float[5]", "", "float[B, T, 5]", 1)]
    [InlineData(
        "com.microsoft::MatMulNBits",
        "float[B, T, 64]; uint8[48, 2, 16]; float[96]",
        "K = 64; N = 48; bits = 4; block_size = 32",
        "float[B, T, 48]",
        1
    )]
    [InlineData(
        "com.microsoft::MultiHeadAttention",
        "float[B, T, 64]; float[B, S, 64]; float[B, S, 48]",
        "num_heads = 4",
        "float[B, T, 48]",
        1
    )]
    [InlineData("com.microsoft::MultiHeadAttention", "float[B, T, 4, 3, 16]", "num_heads = 4", "float[B, T, 64]", 1)]
    [InlineData(
        "com.microsoft::MultiHeadAttention",
        "float[B, T, 64]; float[B, 4, S, 16]; float[B, 4, S, 12]",
        "num_heads = 4",
        "float[B, T, 48]; float[B, 4, S, 16]; float[B, 4, S, 12]",
        1,
        3
    )]
    [InlineData(
        "com.microsoft::QLinearAdd",
        "uint8[B, 1]; float[]; uint8[]; uint8[T]; float[]; uint8[]; float[]; uint8[]",
        "",
        "uint8[B, T]",
        1
    )]
    [InlineData(
        "com.microsoft::QLinearMul",
        "uint8[B, 1]; float[]; uint8[]; uint8[T]; float[]; uint8[]; float[]; uint8[]",
        "",
        "uint8[B, T]",
        1
    )]
    public void Run_SymbolicInputs_GivesExpressions(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));

    [Theory]
    [InlineData("com.microsoft::MatMulNBits", "float[B, T, 64]; uint8[48, 2, 16]; float[96]", "K = 32; N = 48", "VNO0704", 1)]
    [InlineData("com.microsoft::MatMulNBits", "float[B, T, 64]; uint8[48, 2, 16]; float[96]", "", "VNO0705", 1)]
    [InlineData("com.microsoft::MultiHeadAttention", "float[B, T, 64]", "", "VNO0705", 1)]
    [InlineData("com.microsoft::SkipLayerNormalization", "float[D]; float[D]; float[D]", "", "VNO0703", 1)]
    public void Run_WrongNode_IsReported(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));
}
