namespace VampNet.Onnx.Tests.ShapeInference.Operators;

public class TrainingInferenceTests
{
    [Theory]
    [InlineData("ai.onnx.preview.training::Adagrad", "float[]; int64[]; float[A]; float[A]; float[A]", "", "float[A]; float[A]", 1, 2)]
    [InlineData(
        "ai.onnx.preview.training::Momentum",
        "float[]; int64[]; float[A]; float[B]; float[A]; float[B]; float[A]; float[B]",
        "",
        "float[A]; float[B]; float[A]; float[B]",
        1,
        4
    )]
    [InlineData(
        "ai.onnx.preview.training::Adam",
        "float[]; int64[]; float[A]; float[A]; float[A]; float[A]",
        "",
        "float[A]; float[A]; float[A]",
        1,
        3
    )]
    public void Run_SymbolicInputs_GivesExpressions(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));

    [Theory]
    [InlineData("ai.onnx.preview.training::Adam", "float[]; int64[]; float[A]", "", "VNO0706", 1)]
    public void Run_WrongNode_IsReported(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));
}
