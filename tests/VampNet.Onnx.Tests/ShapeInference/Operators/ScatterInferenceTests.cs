namespace VampNet.Onnx.Tests.ShapeInference.Operators;

public class ScatterInferenceTests
{
    [Theory]
    [InlineData("Scatter", "float[B, T]; int64[B, 2]; float[B, 2]", "", "float[B, T]", 9)]
    [InlineData("ScatterElements", "float[B, T]; int64[B, 2]; float[B, 2]", "", "float[B, T]")]
    [InlineData("ScatterND", "float[B, T]; int64[N, 1]; float[N, T]", "", "float[B, T]")]
    [InlineData("TensorScatter", "float[B, T, D]; float[B, 1, D]", "", "float[B, T, D]", 24)]
    public void Run_SymbolicInputs_GivesExpressions(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));

    [Theory]
    [InlineData("ScatterElements", "float[2]; int64[2]; double[2]", "", "VNO0702")]
    public void Run_WrongNode_IsReported(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));
}
