namespace VampNet.Onnx.Tests.ShapeInference.Operators;

public class SplitInferenceTests
{
    [Theory]
    [InlineData("Split", "float[B, T*2]", "axis = 1; num_outputs = 2", "float[B, T]; float[B, T]", 18, 2)]
    [InlineData("Split", "float[B, 7]", "axis = 1; num_outputs = 3", "float[B, 3]; float[B, 3]; float[B, 1]", 18, 3)]
    [InlineData("Split", "float[T, 2]; int64{4, 5}", "", "float[4, 2]; float[5, 2]", 13, 2)]
    [InlineData("Split", "float[9, 2]", "split = [4, 5]", "float[4, 2]; float[5, 2]", 11, 2)]
    [InlineData("Split", "float[T]; int64[2]", "", "float[x1[0]]; float[x1[1]]", 13, 2)]
    public void Run_SymbolicInputs_GivesExpressions(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));

    [Theory]
    [InlineData("Split", "float[9]; int64{4, 4}", "", "VNO0704", 13, 2)]
    [InlineData("Split", "float[9]; int64{9}", "", "VNO0705", 13, 2)]
    [InlineData("Split", "float[7]", "", "VNO0704", 13, 2)]
    [InlineData("Split", "float[7]", "num_outputs = 3", "VNO0705", 18, 2)]
    public void Run_WrongNode_IsReported(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));

    [Theory]
    [InlineData("Split", "int64{5, 6}", "axis = 0", "{5, 6}")]
    public void Run_KnownElements_AreFollowed(string opType, string inputs, string attributes, string? expected, int opset = 20) =>
        Assert.Equal(expected, NodeInference.Elements(opType, inputs, attributes, opset));
}
