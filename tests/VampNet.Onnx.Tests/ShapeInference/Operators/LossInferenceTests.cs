namespace VampNet.Onnx.Tests.ShapeInference.Operators;

public class LossInferenceTests
{
    [Theory]
    [InlineData("NegativeLogLikelihoodLoss", "float[B, C, T]; int64[B, T]", "", "float[]")]
    [InlineData("NegativeLogLikelihoodLoss", "float[B, C, T]; int64[B, T]", "reduction = none", "float[B, T]")]
    [InlineData("SoftmaxCrossEntropyLoss", "float[B, C, T]; int64[B, T]", "", "float[]; float[B, C, T]", 13, 2)]
    public void Run_SymbolicInputs_GivesExpressions(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));

    [Theory]
    [InlineData("NegativeLogLikelihoodLoss", "float[B, C, T]; int64[B]", "", "VNO0703")]
    [InlineData("SoftmaxCrossEntropyLoss", "float[B, C]; int64[B]", "reduction = all", "VNO0705")]
    public void Run_WrongNode_IsReported(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));
}
