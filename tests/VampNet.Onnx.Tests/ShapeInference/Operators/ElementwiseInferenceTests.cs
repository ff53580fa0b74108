namespace VampNet.Onnx.Tests.ShapeInference.Operators;

public class ElementwiseInferenceTests
{
    [Theory]
    [InlineData("Abs", "float[B, T]", "", "float[B, T]")]
    [InlineData("Acos", "float[B, T]", "", "float[B, T]")]
    [InlineData("Acosh", "float[B, T]", "", "float[B, T]")]
    [InlineData("Asin", "float[B, T]", "", "float[B, T]")]
    [InlineData("Asinh", "float[B, T]", "", "float[B, T]")]
    [InlineData("Atan", "float[B, T]", "", "float[B, T]")]
    [InlineData("Atanh", "float[B, T]", "", "float[B, T]")]
    [InlineData("Ceil", "float[B, T]", "", "float[B, T]")]
    [InlineData("Celu", "float[B, T]", "", "float[B, T]")]
    [InlineData("Clip", "float[B, T]", "", "float[B, T]")]
    [InlineData("Cos", "float[B, T]", "", "float[B, T]")]
    [InlineData("Cosh", "float[B, T]", "", "float[B, T]")]
    [InlineData("Elu", "float[B, T]", "", "float[B, T]")]
    [InlineData("Erf", "float[B, T]", "", "float[B, T]")]
    [InlineData("Exp", "float[B, T]", "", "float[B, T]")]
    [InlineData("Floor", "float[B, T]", "", "float[B, T]")]
    [InlineData("Gelu", "float[B, T]", "", "float[B, T]")]
    [InlineData("HardSigmoid", "float[B, T]", "", "float[B, T]")]
    [InlineData("HardSwish", "float[B, T]", "", "float[B, T]")]
    [InlineData("Hardmax", "float[B, T]", "", "float[B, T]")]
    [InlineData("LRN", "float[B, T]", "", "float[B, T]")]
    [InlineData("LeakyRelu", "float[B, T]", "", "float[B, T]")]
    [InlineData("Log", "float[B, T]", "", "float[B, T]")]
    [InlineData("LogSoftmax", "float[B, T]", "", "float[B, T]")]
    [InlineData("LpNormalization", "float[B, T]", "", "float[B, T]")]
    [InlineData("MeanVarianceNormalization", "float[B, T]", "", "float[B, T]")]
    [InlineData("Mish", "float[B, T]", "", "float[B, T]")]
    [InlineData("Neg", "float[B, T]", "", "float[B, T]")]
    [InlineData("Reciprocal", "float[B, T]", "", "float[B, T]")]
    [InlineData("Relu", "float[B, T]", "", "float[B, T]")]
    [InlineData("Round", "float[B, T]", "", "float[B, T]")]
    [InlineData("Selu", "float[B, T]", "", "float[B, T]")]
    [InlineData("Shrink", "float[B, T]", "", "float[B, T]")]
    [InlineData("Sigmoid", "float[B, T]", "", "float[B, T]")]
    [InlineData("Sign", "float[B, T]", "", "float[B, T]")]
    [InlineData("Sin", "float[B, T]", "", "float[B, T]")]
    [InlineData("Sinh", "float[B, T]", "", "float[B, T]")]
    [InlineData("Softmax", "float[B, T]", "", "float[B, T]")]
    [InlineData("Softplus", "float[B, T]", "", "float[B, T]")]
    [InlineData("Softsign", "float[B, T]", "", "float[B, T]")]
    [InlineData("Sqrt", "float[B, T]", "", "float[B, T]")]
    [InlineData("Swish", "float[B, T]", "", "float[B, T]")]
    [InlineData("Tan", "float[B, T]", "", "float[B, T]")]
    [InlineData("Tanh", "float[B, T]", "", "float[B, T]")]
    [InlineData("ThresholdedRelu", "float[B, T]", "", "float[B, T]")]
    [InlineData("BitwiseNot", "uint8[B, T]", "", "uint8[B, T]")]
    [InlineData("CumSum", "float[B, T]; int64 = 1", "", "float[B, T]")]
    [InlineData("CumProd", "float[B, T]; int64 = 1", "", "float[B, T]", 26)]
    [InlineData("ReverseSequence", "float[T, B, 7]; int64[B]", "", "float[T, B, 7]")]
    [InlineData("Affine", "float[B, T]", "", "float[B, T]", 1)]
    [InlineData("ParametricSoftplus", "float[B, T]", "", "float[B, T]", 1)]
    [InlineData("ScaledTanh", "float[B, T]", "", "float[B, T]", 1)]
    [InlineData("IsInf", "float[B, T]", "", "bool[B, T]")]
    [InlineData("IsNaN", "float[B, T]", "", "bool[B, T]")]
    [InlineData("Not", "bool[B, T]", "", "bool[B, T]")]
    [InlineData("Identity", "seq(float[B, T])", "", "seq(float[B, T])")]
    [InlineData("Trilu", "float[B, T, S]", "", "float[B, T, S]")]
    [InlineData("Dropout", "float[B, T]", "", "float[B, T]; bool[B, T]", 13, 2)]
    [InlineData("Dropout", "float[B, T]", "", "float[B, T]; float[B, T]", 7, 2)]
    public void Run_SymbolicInputs_GivesExpressions(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));

    [Theory]
    [InlineData("Trilu", "float[T]", "", "VNO0703")]
    [InlineData("Relu", "seq(float[T])", "", "VNO0709")]
    [InlineData("Abs", "", "", "VNO0706")]
    public void Run_WrongNode_IsReported(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));

    [Theory]
    [InlineData("Neg", "int64{3, -4}", "", "{-3, 4}")]
    [InlineData("Abs", "int64{3, -4}", "", "{3, 4}")]
    [InlineData("Relu", "int64{3, -4}", "", "{3, 0}")]
    [InlineData("Identity", "int64{5}", "", "{5}")]
    public void Run_KnownElements_AreFollowed(string opType, string inputs, string attributes, string? expected, int opset = 20) =>
        Assert.Equal(expected, NodeInference.Elements(opType, inputs, attributes, opset));
}
