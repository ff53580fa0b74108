namespace VampNet.Onnx.Tests.ShapeInference.Operators;

public class RoundingInferenceTests
{
    [Theory]
    [InlineData("Ceil", "float[B, T]", "", "float[B, T]")]
    [InlineData("Floor", "double[B, T]", "", "double[B, T]")]
    public void Run_SymbolicInputs_GivesExpressions(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));

    [Theory]
    [InlineData("Ceil", "float{3, 4}", "", "{3, 4}")]
    [InlineData("Floor", "float{-3}", "", "{-3}")]
    public void Run_KnownElements_AreFollowed(string opType, string inputs, string attributes, string? expected, int opset = 20) =>
        Assert.Equal(expected, NodeInference.Elements(opType, inputs, attributes, opset));
}
