namespace VampNet.Onnx.Tests.ShapeInference.Operators;

public class RegionInferenceTests
{
    [Theory]
    [InlineData("RoiAlign", "float[B, C, 9, 10]; float[N, 4]; int64[N]", "output_height = 5; output_width = 6", "float[N, C, 5, 6]")]
    [InlineData("MaxRoiPool", "float[B, C, 9, 10]; float[N, 5]", "pooled_shape = [3, 4]", "float[N, C, 3, 4]")]
    [InlineData("NonMaxSuppression", "float[B, N, 4]; float[B, C, N]", "", "int64[?, 3]")]
    public void Run_SymbolicInputs_GivesExpressions(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));

    [Theory]
    [InlineData("MaxRoiPool", "float[B, C, 9, 10]; float[N, 5]", "", "VNO0705")]
    [InlineData("RoiAlign", "float[B, C, 9]; float[N, 4]; int64[N]", "", "VNO0703")]
    public void Run_WrongNode_IsReported(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));
}
