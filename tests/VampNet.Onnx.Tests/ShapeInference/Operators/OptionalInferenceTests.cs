namespace VampNet.Onnx.Tests.ShapeInference.Operators;

public class OptionalInferenceTests
{
    [Theory]
    [InlineData("Optional", "float[B, T]", "", "optional(float[B, T])")]
    [InlineData("OptionalHasElement", "optional(float[T])", "", "bool[]")]
    [InlineData("OptionalGetElement", "optional(seq(float[T]))", "", "seq(float[T])")]
    [InlineData("OptionalGetElement", "float[T]", "", "float[T]", 18)]
    public void Run_SymbolicInputs_GivesExpressions(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));

    [Theory]
    [InlineData("OptionalGetElement", "float[T]", "", "VNO0709", 15)]
    public void Run_WrongNode_IsReported(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));
}
