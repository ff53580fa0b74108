namespace VampNet.Onnx.Tests.ShapeInference.Operators;

public class ResizeInferenceTests
{
    [Theory]
    [InlineData("Resize", "float[B, C, T];; float{1, 1, 2}", "", "float[B, C, T*2]")]
    [InlineData("Resize", "float[B, C, T];; float{1, 1, 0.5}", "", "float[B, C, T/2]")]
    [InlineData("Resize", "float[1, 2, 5];; float{1, 1, 0.6}", "", "float[1, 2, 3]")]
    [InlineData("Resize", "float[B, C, T];; float{1, 1, 0.6}", "", "float[B, C, ?]")]
    [InlineData("Resize", "float[B, C, T];;; int64{1, 2, 9}", "", "float[1, 2, 9]")]
    [InlineData("Resize", "float[B, C, 4, 6];;; int64{9, 9}", "axes = [2, 3]; keep_aspect_ratio_policy = not_larger", "float[B, C, 6, 9]")]
    [InlineData(
        "Resize",
        "float[B, C, 4, 6];;; int64{9, 9}",
        "axes = [2, 3]; keep_aspect_ratio_policy = not_smaller",
        "float[B, C, 9, 14]"
    )]
    [InlineData(
        "Resize",
        "float[B, C, T]; float[6]; float{1, 1, 2}",
        "coordinate_transformation_mode = tf_crop_and_resize",
        "float[?, ?, ?]"
    )]
    [InlineData("Resize", "float[B, T]; float{1, 2}", "", "float[B, T*2]", 10)]
    [InlineData("Upsample", "float[B, T]; float{1, 3}", "", "float[B, T*3]", 9)]
    [InlineData("Upsample", "float[B, T]; float[2]", "", "float[scale(B, x1[0]), scale(T, x1[1])]", 9)]
    [InlineData("Resize", "float[B, C, T];; float[1]", "axes = [2]", "float[B, C, scale(T, x2[0])]")]
    [InlineData("Resize", "float[B, C, T];;; int64[3]", "", "float[x3[0], x3[1], x3[2]]")]
    public void Run_SymbolicInputs_GivesExpressions(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));

    [Theory]
    [InlineData("Resize", "float[B, T];; float{2}", "", "VNO0704")]
    [InlineData("Resize", "float[B, T];; float{0, 1}", "", "VNO0705")]
    [InlineData("Resize", "float[B, 4];;; int64{1, 9}", "keep_aspect_ratio_policy = other", "VNO0705")]
    public void Run_WrongNode_IsReported(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));
}
