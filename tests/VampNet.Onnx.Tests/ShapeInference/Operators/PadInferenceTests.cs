namespace VampNet.Onnx.Tests.ShapeInference.Operators;

public class PadInferenceTests
{
    [Theory]
    [InlineData("Pad", "float[B, T]; int64{0, 2, 0, 3}", "", "float[B, T + 5]")]
    [InlineData("Pad", "float[B, T]; int64{-1, 4};; int64{1}", "", "float[B, T + 3]")]
    [InlineData("Pad", "float[B, T]", "pads = [1, 0, 1, 0]", "float[B + 2, T]", 2)]
    [InlineData("Pad", "float[B, T]; int64[4]", "", "float[B + x1[0] + x1[2], T + x1[1] + x1[3]]")]
    [InlineData("Pad", "float[B, T]", "paddings = [1, 0, 1, 0]", "float[B + 2, T]", 1)]
    public void Run_SymbolicInputs_GivesExpressions(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));

    [Theory]
    [InlineData("Pad", "float[2, 3]; int64{0, 2}", "", "VNO0704")]
    [InlineData("Pad", "float[2]; int64{-2, -1}", "", "VNO0704")]
    public void Run_WrongNode_IsReported(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));
}
