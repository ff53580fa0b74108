namespace VampNet.Onnx.Tests.ShapeInference.Operators;

public class ShapeQueryInferenceTests
{
    [Theory]
    [InlineData("Shape", "float[B, 3, T]", "", "int64[3]")]
    [InlineData("Shape", "float[?]", "", "int64[?]")]
    [InlineData("Size", "float[B, T]", "", "int64[]")]
    public void Run_SymbolicInputs_GivesExpressions(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));

    [Theory]
    [InlineData("Shape", "float[B, 3, T*2]", "", "{B, 3, T*2}")]
    [InlineData("Shape", "float[B, 3, T]", "start = -2", "{3, T}")]
    [InlineData("Shape", "float[B, 3, T]", "start = 1; end = 2", "{3}")]
    [InlineData("Shape", "float[B, 3, T]", "start = 9", "{}")]
    [InlineData("Size", "float[B, 3, T]", "", "{B*T*3}")]
    public void Run_KnownElements_AreFollowed(string opType, string inputs, string attributes, string? expected, int opset = 20) =>
        Assert.Equal(expected, NodeInference.Elements(opType, inputs, attributes, opset));
}
