namespace VampNet.Onnx.Tests.ShapeInference.Operators;

public class PoolingInferenceTests
{
    [Theory]
    [InlineData(
        "MaxPool",
        "float[B, C, S]",
        "kernel_shape = [3]; strides = [2]",
        "float[B, C, (S + 1)/2 - 1]; int64[B, C, (S + 1)/2 - 1]",
        12,
        2
    )]
    [InlineData("AveragePool", "float[B, C, 9, 10]", "kernel_shape = [2, 3]; strides = [2, 2]; ceil_mode = 1", "float[B, C, 5, 5]")]
    [InlineData("LpPool", "float[B, C, S]", "kernel_shape = [1]", "float[B, C, S]")]
    [InlineData("MaxPool", "float[B, C, 4]", "kernel_shape = [1]; strides = [3]; ceil_mode = 1", "float[B, C, 2]")]
    [InlineData("GlobalAveragePool", "float[B, C, T, S]", "", "float[B, C, 1, 1]")]
    [InlineData("GlobalMaxPool", "float[B, C, T]", "", "float[B, C, 1]")]
    [InlineData("GlobalLpPool", "float[B, C, T]", "", "float[B, C, 1]")]
    [InlineData("MaxUnpool", "float[B, C, T]; int64[B, C, T]", "kernel_shape = [2]; strides = [2]", "float[B, C, T*2]")]
    [InlineData("MaxUnpool", "float[B, C, T]; int64[B, C, T]; int64{1, 2, 9}", "kernel_shape = [2]", "float[1, 2, 9]")]
    [InlineData("Col2Im", "float[B, 12, L]; int64{5, 7}; int64{2, 3}", "", "float[B, 2, 5, 7]")]
    public void Run_SymbolicInputs_GivesExpressions(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));

    [Theory]
    [InlineData("MaxPool", "float[B, C, S]", "", "VNO0705")]
    [InlineData("MaxPool", "float[B, C, 2]", "kernel_shape = [3]", "VNO0704")]
    [InlineData("MaxPool", "float[B]", "kernel_shape = [3]", "VNO0703")]
    [InlineData("MaxUnpool", "float[B, C, T]; int64[B, C, T]; int64{9}", "kernel_shape = [2]", "VNO0704")]
    [InlineData("Col2Im", "float[B, 12, L]; int64{5, 7}; int64{0, 3}", "", "VNO0705")]
    public void Run_WrongNode_IsReported(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));
}
