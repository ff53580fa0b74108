namespace VampNet.Onnx.Tests.ShapeInference.Operators;

public class RangeInferenceTests
{
    [Theory]
    [InlineData("Range", "int64 = 2; int64 = 9; int64 = 3", "", "int64[3]")]
    [InlineData("Range", "int64 = 9; int64 = 2; int64 = -3", "", "int64[3]")]
    [InlineData("Range", "int64 = 9; int64 = 2; int64 = 3", "", "int64[0]")]
    [InlineData("Range", "float = 0; float = 1; float = 0.25", "", "float[4]")]
    [InlineData("Range", "int64[]; int64 = 2; int64 = 1", "", "int64[2 - min(2, x0[])]")]
    public void Run_SymbolicInputs_GivesExpressions(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));

    [Theory]
    [InlineData("Range", "int64 = 0; int64 = 1; int64 = 0", "", "VNO0705")]
    [InlineData("Range", "int64 = 0; float = 1; int64 = 1", "", "VNO0702")]
    public void Run_WrongNode_IsReported(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));

    [Theory]
    [InlineData("Range", "int64 = 2; int64 = 9; int64 = 3", "", "{2, 5, 8}")]
    public void Run_KnownElements_AreFollowed(string opType, string inputs, string attributes, string? expected, int opset = 20) =>
        Assert.Equal(expected, NodeInference.Elements(opType, inputs, attributes, opset));
}
