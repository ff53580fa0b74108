namespace VampNet.Onnx.Tests.ShapeInference.Operators;

public class OnnxRuntimeModelInferenceTests
{
    [Theory]
    [InlineData("com.microsoft::Attention", "float[B, T, 32]; float[32, 96]; float[96]", "num_heads = 2", "float[B, T, 32]")]
    [InlineData("com.microsoft::Attention", "float[B, T, 8]; float[8, 20]", "qkv_hidden_sizes = [8, 8, 4]", "float[B, T, 4]")]
    [InlineData(
        "com.microsoft::GroupQueryAttention",
        "float16[B, T, 64]; float16[B, T, 32]; float16[B, T, 32]; float16[B, 2, P, 16]; float16[B, 2, P, 16]; int32[B]; int32[]",
        "num_heads = 4; kv_num_heads = 2",
        "float16[B, T, 64]; float16[B, 2, ?, 16]; float16[B, 2, ?, 16]",
        3
    )]
    [InlineData(
        "com.microsoft::EmbedLayerNormalization",
        "int32[B, T]; int32[B, T]; float[60, 32]; float[16, 32]; float[2, 32]; float[32]; float[32]",
        "",
        "float[B, T, 32]; int32[B]; float[B, T, 32]",
        3
    )]
    [InlineData("com.microsoft::GatherBlockQuantized", "uint8[60, 64]; int64[B, T]; float16[60, 2]", "bits = 8", "float16[B, T, 64]")]
    [InlineData("com.microsoft::GatherBlockQuantized", "uint8[60, 32]; int64[B, T]; float16[60, 2]", "", "float16[B, T, ?]")]
    [InlineData("com.microsoft::GatherBlockQuantized", "uint8[?]; int64[B, T]; float16[60, 2]", "", "float16[?]")]
    [InlineData("com.microsoft::FusedGemm", "float[B, 16]; float[32, 16]; float[32]", "transB = 1; activation = Relu", "float[B, 32]")]
    [InlineData("com.microsoft::GroupNorm", "float16[B, H, W, 32]; float[32]; float[32]", "groups = 8", "float16[B, H, W, 32]")]
    [InlineData("com.microsoft::BiasSplitGelu", "float[B, T, 128]; float[128]", "", "float[B, T, 64]")]
    [InlineData("com.microsoft::QLinearSigmoid", "uint8[B, 3]; float[]; uint8[]; float[]; uint8[]", "", "uint8[B, 3]")]
    [InlineData("com.microsoft::QLinearLeakyRelu", "uint8[B, 3]; float[]; uint8[]; float[]; uint8[]", "", "uint8[B, 3]")]
    [InlineData("com.microsoft::QLinearSoftmax", "uint8[B, 3]; float[]; uint8[]; float[]; uint8[]", "", "uint8[B, 3]")]
    [InlineData(
        "com.microsoft::QLinearGlobalAveragePool",
        "uint8[B, C, H, W]; float[]; uint8[]; float[]; uint8[]",
        "",
        "uint8[B, C, 1, 1]"
    )]
    [InlineData(
        "com.microsoft::QLinearGlobalAveragePool",
        "uint8[B, H, W, C]; float[]; uint8[]; float[]; uint8[]",
        "channels_last = 1",
        "uint8[B, 1, 1, C]"
    )]
    public void Run_SymbolicInputs_GivesTypesAndShapes(string opType, string inputs, string attributes, string expected, int outputs = 1) =>
        Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, 1, outputs));
}
