namespace VampNet.Onnx.Tests.ShapeInference.Operators;

public class BroadcastInferenceTests
{
    [Theory]
    [InlineData("Add", "float[B, 1, T]; float[H, 1]", "", "float[B, H, T]")]
    [InlineData("Sub", "float[B, 1, T]; float[H, 1]", "", "float[B, H, T]")]
    [InlineData("Mul", "float[B, 1, T]; float[H, 1]", "", "float[B, H, T]")]
    [InlineData("Div", "float[B, 1, T]; float[H, 1]", "", "float[B, H, T]")]
    [InlineData("Pow", "float[B, 1, T]; float[H, 1]", "", "float[B, H, T]")]
    [InlineData("PRelu", "float[B, C, T]; float[C, 1]", "", "float[B, C, T]")]
    [InlineData("Mod", "int64[B, 1]; int64[7]", "", "int64[B, 7]")]
    [InlineData("BitShift", "uint8[B, 1]; uint8[7]", "", "uint8[B, 7]")]
    [InlineData("BitwiseAnd", "uint8[B, 1]; uint8[7]", "", "uint8[B, 7]")]
    [InlineData("BitwiseOr", "uint8[B, 1]; uint8[7]", "", "uint8[B, 7]")]
    [InlineData("BitwiseXor", "uint8[B, 1]; uint8[7]", "", "uint8[B, 7]")]
    [InlineData("And", "bool[B, 1]; bool[7]", "", "bool[B, 7]")]
    [InlineData("Or", "bool[B, 1]; bool[7]", "", "bool[B, 7]")]
    [InlineData("Xor", "bool[B, 1]; bool[7]", "", "bool[B, 7]")]
    [InlineData("Equal", "float[B, 1]; float[7]", "", "bool[B, 7]")]
    [InlineData("Greater", "float[B, 1]; float[7]", "", "bool[B, 7]")]
    [InlineData("GreaterOrEqual", "float[B, 1]; float[7]", "", "bool[B, 7]")]
    [InlineData("Less", "float[B, 1]; float[7]", "", "bool[B, 7]")]
    [InlineData("LessOrEqual", "float[B, 1]; float[7]", "", "bool[B, 7]")]
    [InlineData("Max", "float[B, 1, 1]; float[H, 1]; float[T]", "", "float[B, H, T]")]
    [InlineData("Mean", "float[B, 1, 1]; float[H, 1]; float[T]", "", "float[B, H, T]")]
    [InlineData("Min", "float[B, 1, 1]; float[H, 1]; float[T]", "", "float[B, H, T]")]
    [InlineData("Sum", "float[B, 1, 1]; float[H, 1]; float[T]", "", "float[B, H, T]")]
    [InlineData("Where", "bool[B, 1]; float[T]; float[1]", "", "float[B, T]")]
    [InlineData("Add", "float[T]; float[T + 2]", "", "float[T + 2]")]
    [InlineData("Add", "float[T]; float[5]", "", "float[5]")]
    [InlineData("Add", "float[T]; float[S]", "", "float[?]")]
    [InlineData("Add", "float[0]; float[1]", "", "float[0]")]
    [InlineData("Add", "float[B, T]; float[T]", "broadcast = 1; axis = 1", "float[B, T]", 6)]
    [InlineData("Less", "float[B, T]; float[T]", "broadcast = 1", "bool[B, T]", 6)]
    [InlineData("Add", "float[?]; float[T]", "", "float[?]")]
    public void Run_SymbolicInputs_GivesExpressions(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));

    [Theory]
    [InlineData("Add", "float[3]; float[4]", "", "VNO0704")]
    [InlineData("Add", "float[3]; double[3]", "", "VNO0702")]
    [InlineData("Where", "bool[3]; float[3]; int64[3]", "", "VNO0702")]
    [InlineData("Max", "float[2]; int32[2]", "", "VNO0702")]
    public void Run_WrongNode_IsReported(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));

    [Theory]
    [InlineData("Add", "int64{1, 2}; int64 = 3", "", "{4, 5}")]
    [InlineData("Sub", "int64{1, 2}; int64 = 3", "", "{-2, -1}")]
    [InlineData("Mul", "int64{1, 2}; int64 = 3", "", "{3, 6}")]
    [InlineData("Div", "int64{7, -7}; int64 = 2", "", "{3, -3}")]
    [InlineData("Div", "int64{7}; int64 = 0", "", "{?}")]
    [InlineData("Div", "float{7, 6}; float = 2", "", "{?, 3}")]
    [InlineData("Mod", "int64{7, -7}; int64 = 3", "", "{1, 2}")]
    [InlineData("Mod", "int64{7, -7}; int64 = 3", "fmod = 1", "{1, ?}")]
    [InlineData("Max", "int64{1, 9}; int64 = 3", "", "{3, 9}")]
    [InlineData("Min", "int64{1, 9}; int64 = 3", "", "{1, 3}")]
    [InlineData("Sum", "int64{1, 9}; int64 = 3", "", "{4, 12}")]
    [InlineData("Equal", "int64{1, 3}; int64 = 3", "", "{0, 1}")]
    [InlineData("Less", "int64{1, 3}; int64 = 3", "", "{1, 0}")]
    [InlineData("Greater", "int64{4, 3}; int64 = 3", "", "{1, 0}")]
    [InlineData("LessOrEqual", "int64{4, 3}; int64 = 3", "", "{0, 1}")]
    [InlineData("GreaterOrEqual", "int64{2, 3}; int64 = 3", "", "{0, 1}")]
    [InlineData("And", "bool{1, 0}; bool = 1", "", "{1, 0}")]
    [InlineData("Or", "bool{1, 0}; bool = 0", "", "{1, 0}")]
    [InlineData("Xor", "bool{1, 0}; bool = 1", "", "{0, 1}")]
    [InlineData("Where", "bool{1, 0}; int64{4, 5}; int64{6, 7}", "", "{4, 7}")]
    [InlineData("Mul", "int64{9223372036854775807}; int64 = 3", "", "{?}")]
    public void Run_KnownElements_AreFollowed(string opType, string inputs, string attributes, string? expected, int opset = 20) =>
        Assert.Equal(expected, NodeInference.Elements(opType, inputs, attributes, opset));
}
