namespace VampNet.Onnx.Tests.ShapeInference.Operators;

public class RecurrentInferenceTests
{
    [Theory]
    [InlineData(
        "LSTM",
        "float[T, B, 3]; float[1, 20, 3]; float[1, 20, 5]",
        "hidden_size = 5",
        "float[T, 1, B, 5]; float[1, B, 5]; float[1, B, 5]",
        14,
        3
    )]
    [InlineData(
        "GRU",
        "float[T, B, 3]; float[2, 15, 3]; float[2, 15, 5]",
        "direction = bidirectional",
        "float[T, 2, B, 5]; float[2, B, 5]",
        14,
        2
    )]
    [InlineData(
        "RNN",
        "float[B, T, 3]; float[1, 5, 3]; float[1, 5, 5]",
        "layout = 1; hidden_size = 5",
        "float[B, T, 1, 5]; float[B, 1, 5]",
        14,
        2
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
    [InlineData("LSTM", "float[T, B]; float[1, 20, 3]; float[1, 20, 5]", "", "VNO0703", 14)]
    [InlineData("LSTM", "float[T, B, 3]; float[1, 20, 3]; float[1, 20, 5]", "direction = both", "VNO0705", 14)]
    [InlineData("LSTM", "float[T, B, 3]; float[1, 20, 3]; float[1, 20, 5]", "hidden_size = -1", "VNO0704", 14)]
    public void Run_WrongNode_IsReported(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));
}
