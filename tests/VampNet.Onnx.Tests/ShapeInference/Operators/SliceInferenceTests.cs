namespace VampNet.Onnx.Tests.ShapeInference.Operators;

public class SliceInferenceTests
{
    [Theory]
    [InlineData("Slice", "float[B, T]; int64{2}; int64{9223372036854775807}; int64{1}", "", "float[B, T - min(2, T)]")]
    [InlineData("Slice", "float[B, 9]; int64{-3}; int64{2147483647}; int64{1}", "", "float[B, 3]")]
    [InlineData("Slice", "float[B, 9]; int64{1}; int64{-1}; int64{1}; int64{3}", "", "float[B, 3]")]
    [InlineData("Slice", "float[9]; int64{-1}; int64{-9223372036854775807}; int64{0}; int64{-1}", "", "float[9]")]
    [InlineData("Slice", "float[9]; int64{7}; int64{2}; int64{0}; int64{-2}", "", "float[3]")]
    [InlineData("Slice", "float[T + 4]; int64{4}; int64{9223372036854775807}", "", "float[T]")]
    [InlineData(
        "Slice",
        "float[T, 5]; int64[1]; int64{9223372036854775807}; int64{1}",
        "",
        "float[T, 5 - min(5, if(x1[0] < 0, x1[0] + 5 - min(0, x1[0] + 5), min(5, x1[0])))]"
    )]
    [InlineData("Slice", "float[T]; int64{-1}; int64{-9223372036854775807}; int64{0}; int64{-1}", "", "float[T]")]
    [InlineData("Slice", "float[0]; int64{-1}; int64{-9223372036854775807}; int64{0}; int64{-1}", "", "float[0]")]
    [InlineData(
        "Slice",
        "float[B, 4]; int64{0}; int64{2}; int64[1]",
        "",
        "float[if(if(x3[0] < 0, x3[0] + 2, x3[0]) = 0, min(2, B), B), if(if(x3[0] < 0, x3[0] + 2, x3[0]) = 1, 2, 4)]"
    )]
    [InlineData("Slice", "float[B, 9]", "starts = [1]; ends = [4]; axes = [1]", "float[B, 3]", 9)]
    [InlineData("Slice", "float[?]; int64{0}; int64{1}", "", "float[?]")]
    public void Run_SymbolicInputs_GivesExpressions(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));

    [Theory]
    [InlineData("Slice", "float[9]; int64{0}; int64{1}; int64{0}; int64{0}", "", "VNO0705")]
    [InlineData("Slice", "float[9]; int64{0, 1}; int64{1}", "", "VNO0704")]
    [InlineData("Slice", "float[9]; int64{0}; int64{1}; int64{3}", "", "VNO0705")]
    public void Run_WrongNode_IsReported(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));

    [Theory]
    [InlineData("Slice", "int64{5, 6, 7, 8}; int64{1}; int64{3}", "", "{6, 7}")]
    [InlineData("Slice", "int64{5, 6, 7, 8}; int64{-1}; int64{-9}; int64{0}; int64{-2}", "", "{8, 6}")]
    public void Run_KnownElements_AreFollowed(string opType, string inputs, string attributes, string? expected, int opset = 20) =>
        Assert.Equal(expected, NodeInference.Elements(opType, inputs, attributes, opset));
}
