namespace VampNet.Onnx.Tests.ShapeInference.Operators;

public class ConcatInferenceTests
{
    [Theory]
    [InlineData("Concat", "float[B, T]; float[B, 5]; float[B, S]", "axis = 1", "float[B, S + T + 5]")]
    [InlineData("Concat", "float[B, 2]; float[3, 2]", "axis = 0", "float[B + 3, 2]")]
    [InlineData("Concat", "float[T]; float[?]", "axis = 0", "float[?]")]
    public void Run_SymbolicInputs_GivesExpressions(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));

    [Theory]
    [InlineData("Concat", "float[2, 3]; float[3, 3]", "axis = 1", "VNO0704")]
    [InlineData("Concat", "float[2]; float[2, 3]", "axis = 0", "VNO0703")]
    [InlineData("Concat", "float[2]; int64[2]", "axis = 0", "VNO0702")]
    [InlineData("Concat", "float[2]", "axis = 1", "VNO0705")]
    public void Run_WrongNode_IsReported(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));

    [Theory]
    [InlineData("Concat", "int64{1, 2}; int64[1]; int64{3}", "axis = 0", "{1, 2, x1[0], 3}")]
    public void Run_KnownElements_AreFollowed(string opType, string inputs, string attributes, string? expected, int opset = 20) =>
        Assert.Equal(expected, NodeInference.Elements(opType, inputs, attributes, opset));
}
