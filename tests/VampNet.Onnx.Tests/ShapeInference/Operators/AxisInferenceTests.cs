namespace VampNet.Onnx.Tests.ShapeInference.Operators;

public class AxisInferenceTests
{
    [Theory]
    [InlineData("Squeeze", "float[B, 1, T, 1]; int64{1, -1}", "", "float[B, T]")]
    [InlineData("Squeeze", "float[B, 1, T]", "axes = [1]", "float[B, T]", 11)]
    [InlineData("Squeeze", "float[2, 1, 3]", "", "float[2, 3]")]
    [InlineData("Squeeze", "float[B, 1]", "", "float[?]")]
    [InlineData("Squeeze", "float[1, T]; int64[1]", "", "float[if(0 < if(x1[0] < 0, x1[0] + 2, x1[0]), 1, T)]")]
    [InlineData("Unsqueeze", "float[B, T]; int64{0, -1}", "", "float[1, B, T, 1]")]
    [InlineData("Unsqueeze", "float[B, T]", "axes = [1]", "float[B, 1, T]", 11)]
    [InlineData(
        "Unsqueeze",
        "float[T]; int64[1]",
        "",
        "float[if(if(x1[0] < 0, x1[0] + 2, x1[0]) = 0, 1, T), if(if(x1[0] < 0, x1[0] + 2, x1[0]) = 1, 1, T)]"
    )]
    [InlineData("Transpose", "float[B, 3, T]", "", "float[T, 3, B]")]
    [InlineData("Transpose", "float[B, 3, T]", "perm = [1, 2, 0]", "float[3, T, B]")]
    [InlineData("Transpose", "float[?]", "perm = [1, 0]", "float[?, ?]")]
    public void Run_SymbolicInputs_GivesExpressions(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));

    [Theory]
    [InlineData("Squeeze", "float[2, 3]; int64{0}", "", "VNO0704")]
    [InlineData("Squeeze", "float[1, 3]; int64{4}", "", "VNO0705")]
    [InlineData("Unsqueeze", "float[2]; int64{0, 0}", "", "VNO0705")]
    [InlineData("Transpose", "float[2, 3]", "perm = [0]", "VNO0705")]
    [InlineData("Transpose", "float[2, 3]", "perm = [0, 0]", "VNO0705")]
    public void Run_WrongNode_IsReported(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));

    [Theory]
    [InlineData("Unsqueeze", "int64 = 5; int64{0}", "", "{5}")]
    [InlineData("Squeeze", "int64{5}; int64{0}", "", "{5}")]
    public void Run_KnownElements_AreFollowed(string opType, string inputs, string attributes, string? expected, int opset = 20) =>
        Assert.Equal(expected, NodeInference.Elements(opType, inputs, attributes, opset));
}
