namespace VampNet.Onnx.Tests.ShapeInference.Operators;

public class ConvTransposeInferenceTests
{
    [Theory]
    [InlineData("ConvTranspose", "float[B, 6, T]; float[6, 2, 16]", "strides = [8]; pads = [4, 4]; group = 2", "float[B, 4, T*8]")]
    [InlineData(
        "ConvTranspose",
        "float[B, 6, T]; float[6, 2, 4]",
        "output_padding = [1]; strides = [2]; dilations = [3]",
        "float[B, 2, T*2 + 9]"
    )]
    [InlineData("ConvTranspose", "float[B, 6, T]; float[6, 2, 3]", "auto_pad = SAME_LOWER; strides = [2]", "float[B, 2, T*2]")]
    [InlineData("ConvTranspose", "float[B, 6, T]; float[6, 2, 3]", "output_shape = [11]", "float[B, 2, 11]")]
    [InlineData("ConvTranspose", "float[?]; float[6, 2, 3]", "", "float[?, ?, ?]")]
    public void Run_SymbolicInputs_GivesExpressions(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));

    [Theory]
    [InlineData("ConvTranspose", "float[1, 6, 9]; float[5, 2, 3]", "", "VNO0704")]
    [InlineData("ConvTranspose", "float[1, 6, 9]; float[6, 2]", "", "VNO0703")]
    [InlineData("ConvTranspose", "float[1, 6, 9]; float[6, 2, 3]", "output_shape = [1, 2]", "VNO0705")]
    [InlineData("ConvTranspose", "float[1, 6, 9]; float[6, 2, 3]", "group = -1", "VNO0705")]
    public void Run_WrongNode_IsReported(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));
}
