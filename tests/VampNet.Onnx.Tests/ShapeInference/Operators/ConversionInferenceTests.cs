namespace VampNet.Onnx.Tests.ShapeInference.Operators;

public class ConversionInferenceTests
{
    [Theory]
    [InlineData("Cast", "float[B, T]", "to = 7", "int64[B, T]")]
    [InlineData("Cast", "float[B, T]", "to = FLOAT16", "float16[B, T]", 1)]
    [InlineData("CastLike", "float[B, T]; double[1]", "", "double[B, T]")]
    [InlineData("BitCast", "float[B, T]", "to = 6", "int32[B, T]", 26)]
    public void Run_SymbolicInputs_GivesExpressions(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));

    [Theory]
    [InlineData("Cast", "float[T]", "", "VNO0705")]
    [InlineData("Cast", "float[T]", "to = 99", "VNO0705")]
    [InlineData("Cast", "float[T]", "to = 0", "VNO0705")]
    [InlineData("Cast", "float[T]", "to = NUMBER", "VNO0705", 1)]
    [InlineData("Cast", "float[T]", "to = [1]", "VNO0105")]
    public void Run_WrongNode_IsReported(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));

    [Theory]
    [InlineData("Cast", "int64{300, -2, 0}", "to = 6", "{300, -2, 0}")]
    [InlineData("Cast", "int64{300, 1}", "to = 2", "{?, 1}")]
    [InlineData("Cast", "int64{300, 0}", "to = 9", "{1, 0}")]
    [InlineData("Cast", "int64{300, 33554433}", "to = 1", "{300, ?}")]
    [InlineData("Cast", "int64{4294967296, 7}", "to = 6", "{?, 7}")]
    public void Run_KnownElements_AreFollowed(string opType, string inputs, string attributes, string? expected, int opset = 20) =>
        Assert.Equal(expected, NodeInference.Elements(opType, inputs, attributes, opset));
}
