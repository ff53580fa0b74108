namespace VampNet.Onnx.Tests.ShapeInference.Operators;

public class ConstantInferenceTests
{
    [Theory]
    [InlineData("Constant", "", "value = int64{1, 2}", "int64[2]")]
    [InlineData("Constant", "", "value_int = 5", "int64[]")]
    [InlineData("Constant", "", "value_ints = [5, 6, 7]", "int64[3]")]
    [InlineData("Constant", "", "value_string = word", "string[]")]
    [InlineData("ConstantOfShape", "int64{2, 3}", "", "float[2, 3]")]
    [InlineData("ConstantOfShape", "int64[2]", "value = int32{7}", "int32[x0[0], x0[1]]")]
    [InlineData("ConstantOfShape", "int64[N]", "", "float[?]")]
    public void Run_SymbolicInputs_GivesExpressions(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));

    [Theory]
    [InlineData("Constant", "", "", "VNO0705")]
    [InlineData("ConstantOfShape", "int64{-2}", "", "VNO0704")]
    public void Run_WrongNode_IsReported(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));

    [Theory]
    [InlineData("ConstantOfShape", "int64{2}", "value = int64{7}", "{7, 7}")]
    [InlineData("Constant", "", "value_ints = [4, 5]", "{4, 5}")]
    public void Run_KnownElements_AreFollowed(string opType, string inputs, string attributes, string? expected, int opset = 20) =>
        Assert.Equal(expected, NodeInference.Elements(opType, inputs, attributes, opset));
}
