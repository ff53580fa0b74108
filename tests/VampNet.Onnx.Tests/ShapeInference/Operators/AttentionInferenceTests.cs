namespace VampNet.Onnx.Tests.ShapeInference.Operators;

public class AttentionInferenceTests
{
    [Theory]
    [InlineData(
        "Attention",
        "float[B, T, 64]; float[B, S, 32]; float[B, S, 32]",
        "q_num_heads = 8; kv_num_heads = 4",
        "float[B, T, 64]",
        23
    )]
    [InlineData("Attention", "float[B, 8, T, 16]; float[B, 4, S, 16]; float[B, 4, S, 12]", "", "float[B, 8, T, 12]", 23)]
    [InlineData(
        "Attention",
        "float[B, 8, T, 16]; float[B, 4, S, 16]; float[B, 4, S, 12];; float[B, 4, P, 16]; float[B, 4, P, 12]",
        "",
        "float[B, 8, T, 12]; float[B, 4, P + S, 16]; float[B, 4, P + S, 12]; float[B, 8, T, P + S]",
        23,
        4
    )]
    [InlineData(
        "Attention",
        "float[B, T, 64]; float[B, S, 64]; float[B, S, 48]",
        "q_num_heads = 4; kv_num_heads = 4",
        "float[B, T, 48]; float[B, 4, S, 16]; float[B, 4, S, 12]; float[B, 4, T, S]",
        23,
        4
    )]
    [InlineData("RotaryEmbedding", "float[B, 4, T, 16]; float[B, T, 8]; float[B, T, 8]", "", "float[B, 4, T, 16]", 23)]
    public void Run_SymbolicInputs_GivesExpressions(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));

    [Theory]
    [InlineData("Attention", "float[B, T, 64]; float[B, S, 64]; float[B, S, 64]", "", "VNO0705", 23)]
    [InlineData("Attention", "float[T, 64]; float[B, S, 64]; float[B, S, 64]", "", "VNO0703", 23)]
    [InlineData("RotaryEmbedding", "float[T, 16]; float[T, 8]; float[T, 8]", "", "VNO0703", 23)]
    public void Run_WrongNode_IsReported(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));
}
