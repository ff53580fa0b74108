namespace VampNet.Onnx.Tests.ShapeInference.Operators;

public class ImageInferenceTests
{
    [Theory]
    [InlineData("DepthToSpace", "float[B, 12, 5, 7]", "blocksize = 2", "float[B, 3, 10, 14]")]
    [InlineData("SpaceToDepth", "float[B, 3, 6, T*2]", "blocksize = 2", "float[B, 12, 3, T]")]
    [InlineData("GridSample", "float[B, C, 9, 10]; float[B, 5, 6, 2]", "", "float[B, C, 5, 6]")]
    [InlineData("AffineGrid", "float[B, 2, 3]; int64{4, 3, 5, 6}", "", "float[4, 5, 6, 2]")]
    [InlineData("AffineGrid", "float[B, 3, 4]; int64[5]", "", "float[x1[0], x1[2], x1[3], x1[4], 3]")]
    [InlineData("CenterCropPad", "float[B, T, 3]; int64{7, 9}", "axes = [0, 1]", "float[7, 9, 3]")]
    [InlineData("ImageDecoder", "uint8[N]", "pixel_format = Grayscale", "uint8[?, ?, 1]")]
    public void Run_SymbolicInputs_GivesExpressions(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));

    [Theory]
    [InlineData("DepthToSpace", "float[1, 6, 5, 7]", "blocksize = 2", "VNO0704")]
    [InlineData("DepthToSpace", "float[1, 8, 5, 7]", "", "VNO0705")]
    [InlineData("SpaceToDepth", "float[1, 3, 5, 6]", "blocksize = 2", "VNO0704")]
    [InlineData("GridSample", "float[1, 2, 3, 4]; float[1, 2, 3]", "", "VNO0703")]
    [InlineData("AffineGrid", "float[1, 2, 3]; int64{4, 3}", "", "VNO0704")]
    [InlineData("CenterCropPad", "float[2, 3]; int64{7}", "", "VNO0704")]
    public void Run_WrongNode_IsReported(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));
}
