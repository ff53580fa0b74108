namespace VampNet.Onnx.Tests.ShapeInference.Operators;

public class ConvolutionInferenceTests
{
    [Theory]
    [InlineData("Conv", "float[B, 6, S]; float[8, 3, 5]", "group = 2; strides = [2]; pads = [1, 2]", "float[B, 8, S/2]")]
    [InlineData("Conv", "float[B, 3, S]; float[8, 3, 7]", "dilations = [3]; pads = [9, 9]", "float[B, 8, S]")]
    [InlineData("Conv", "float[B, 3, S]; float[8, 3, 4]", "auto_pad = SAME_UPPER; strides = [2]", "float[B, 8, (S + 1)/2]")]
    [InlineData("Conv", "float[B, 3, 9, 10]; float[8, 3, 2, 3]", "auto_pad = VALID", "float[B, 8, 8, 8]")]
    [InlineData("Conv", "float[?]; float[8, 3, 4]", "", "float[?, ?, ?]")]
    [InlineData("ConvInteger", "uint8[B, 3, S]; int8[8, 3, 1]", "", "int32[B, 8, S]")]
    [InlineData("QLinearConv", "uint8[B, 3, S]; float[]; uint8[]; int8[8, 3, 1]; float[]; int8[]; float[]; uint8[]", "", "uint8[B, 8, S]")]
    [InlineData("DeformConv", "float[B, 3, 5, 7]; float[8, 3, 2, 2]; float[B, 8, 4, 6]", "", "float[B, 8, 4, 6]")]
    public void Run_SymbolicInputs_GivesExpressions(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));

    [Theory]
    [InlineData("Conv", "float[2, 3, 9]; float[8, 4, 2]", "", "VNO0704")]
    [InlineData("Conv", "float[2, 3, 9]; float[8, 3, 2, 2]", "", "VNO0703")]
    [InlineData("Conv", "float[2, 3, 9]; float[8, 3, 12]", "", "VNO0704")]
    [InlineData("Conv", "float[2, 3, 9]; float[8, 3, 2]", "strides = [0]", "VNO0705")]
    [InlineData("Conv", "float[2, 3, 9]; float[8, 3, 2]", "pads = [1]", "VNO0705")]
    [InlineData("Conv", "float[2, 3, 9]; float[8, 3, 2]", "group = 0", "VNO0705")]
    [InlineData("Conv", "float[2, 3, 9]; float[8, 3, 2]", "auto_pad = OTHER", "VNO0705")]
    [InlineData("Conv", "float[2, 3, 9]; float[8, 3, 2]", "kernel_shape = [2, 2]", "VNO0705")]
    public void Run_WrongNode_IsReported(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));
}
