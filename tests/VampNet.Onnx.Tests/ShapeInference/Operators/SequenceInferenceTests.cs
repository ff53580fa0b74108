namespace VampNet.Onnx.Tests.ShapeInference.Operators;

public class SequenceInferenceTests
{
    [Theory]
    [InlineData("SequenceConstruct", "float[B, 3]; float[T, 3]", "", "seq(float[?, 3])")]
    [InlineData("SequenceEmpty", "", "dtype = 7", "seq(int64[?])")]
    [InlineData("SequenceInsert", "seq(float[T]); float[T]", "", "seq(float[T])")]
    [InlineData("SequenceErase", "seq(float[T]); int64[]", "", "seq(float[T])")]
    [InlineData("SequenceAt", "seq(float[B, T]); int64[]", "", "float[B, T]")]
    [InlineData("SequenceLength", "seq(float[T])", "", "int64[]")]
    [InlineData("SplitToSequence", "float[B, T]", "axis = 1", "seq(float[B, 1])")]
    [InlineData("SplitToSequence", "float[B, T]", "axis = 1; keepdims = 0", "seq(float[B])")]
    [InlineData("SplitToSequence", "float[B, T*4]; int64 = 2", "axis = 1", "seq(float[B, 2])")]
    [InlineData("SplitToSequence", "float[B, T]; int64 = 2", "axis = 1", "seq(float[B, ?])")]
    [InlineData("SplitToSequence", "float[B, 6]; int64{3, 3}", "axis = 1", "seq(float[B, 3])")]
    [InlineData("ConcatFromSequence", "seq(float[B, T])", "axis = 1", "float[B, ?]")]
    [InlineData("ConcatFromSequence", "seq(float[B, T])", "axis = 0; new_axis = 1", "float[?, B, T]")]
    public void Run_SymbolicInputs_GivesExpressions(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));

    [Theory]
    [InlineData("SequenceAt", "float[T]; int64[]", "", "VNO0709")]
    [InlineData("SequenceConstruct", "float[T]; int64[T]", "", "VNO0702")]
    [InlineData("SequenceInsert", "seq(float[T]); int64[T]", "", "VNO0702")]
    [InlineData("SequenceLength", "float[T]", "", "VNO0709")]
    [InlineData("ConcatFromSequence", "seq(float[T])", "axis = 3", "VNO0705")]
    public void Run_WrongNode_IsReported(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));
}
