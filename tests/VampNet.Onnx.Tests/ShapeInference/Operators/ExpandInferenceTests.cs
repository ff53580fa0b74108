namespace VampNet.Onnx.Tests.ShapeInference.Operators;

public class ExpandInferenceTests
{
    [Theory]
    [InlineData("Expand", "float[B, 1, T]; int64{4, 1}", "", "float[B, 4, T]")]
    [InlineData("Expand", "float[1]; int64[2]", "", "float[x1[0], x1[1]]")]
    [InlineData("Tile", "float[B, 3]; int64{2, 5}", "", "float[B*2, 15]")]
    [InlineData("Tile", "float[B, 3]; int64[2]", "", "float[B*x1[0], x1[1]*3]")]
    [InlineData("Tile", "float[B, 3]; int64 = 4; int64 = 1", "", "float[B, 12]", 1)]
    public void Run_SymbolicInputs_GivesExpressions(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));

    [Theory]
    [InlineData("Expand", "float[3]; int64{4}", "", "VNO0704")]
    [InlineData("Tile", "float[2, 3]; int64{2}", "", "VNO0704")]
    [InlineData("Tile", "float[2]; int64{-2}", "", "VNO0704")]
    public void Run_WrongNode_IsReported(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));

    [Theory]
    [InlineData("Expand", "int64{7}; int64{3}", "", "{7, 7, 7}")]
    [InlineData("Tile", "int64{1, 2}; int64{2}", "", "{1, 2, 1, 2}")]
    public void Run_KnownElements_AreFollowed(string opType, string inputs, string attributes, string? expected, int opset = 20) =>
        Assert.Equal(expected, NodeInference.Elements(opType, inputs, attributes, opset));
}
