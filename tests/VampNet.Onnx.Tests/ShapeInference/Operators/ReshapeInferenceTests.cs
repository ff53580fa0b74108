namespace VampNet.Onnx.Tests.ShapeInference.Operators;

public class ReshapeInferenceTests
{
    [Theory]
    [InlineData("Reshape", "float[B, T, 64]; int64{0, 0, 4, 16}", "", "float[B, T, 4, 16]")]
    [InlineData("Reshape", "float[B, T, 64]; int64{-1, 64}", "", "float[B*T, 64]")]
    [InlineData("Reshape", "float[B, T, 64]; int64{0, -1}", "", "float[B, T*64]")]
    [InlineData("Reshape", "float[S, T]; int64[N]", "", "float[?]")]
    [InlineData("Reshape", "float[S, T]; int64[1]", "", "float[S*T]")]
    [InlineData("Reshape", "float[?]; int64[2]", "", "float[?, ?]")]
    [InlineData(
        "Reshape",
        "float[S, 6]; int64[2]",
        "allowzero = 1",
        "float[if(x1[0] = -1, S*6/x1[1], x1[0]), if(x1[1] = -1, S*6/x1[0], x1[1])]"
    )]
    [InlineData("Reshape", "float[?]; int64{2, -1}", "", "float[2, ?]")]
    [InlineData("Reshape", "float[0, 3]; int64{3, 0}", "allowzero = 1", "float[3, 0]")]
    [InlineData("Reshape", "float[B, 6]", "shape = [-1, 3]", "float[B*2, 3]", 1)]
    [InlineData("Flatten", "float[B, 3, T]", "", "float[B, T*3]")]
    [InlineData("Flatten", "float[B, 3, T]", "axis = 0", "float[1, B*T*3]")]
    [InlineData("Flatten", "float[B, 3, T]", "axis = 3", "float[B*T*3, 1]")]
    [InlineData("Flatten", "float[B, 3, T]", "axis = -1", "float[B*3, T]")]
    [InlineData("Flatten", "float[?]", "", "float[?, ?]")]
    public void Run_SymbolicInputs_GivesExpressions(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));

    [Theory]
    [InlineData("Reshape", "float[6]; int64{4, -1}", "", "VNO0704")]
    [InlineData("Reshape", "float[6]; int64{-1, -1}", "", "VNO0705")]
    [InlineData("Reshape", "float[6]; int64{7}", "", "VNO0704")]
    [InlineData("Reshape", "float[6]; int64{6, 0}", "", "VNO0705")]
    [InlineData("Reshape", "float[6]; int64{-2}", "", "VNO0704")]
    [InlineData("Flatten", "float[2, 3]", "axis = 4", "VNO0705")]
    public void Run_WrongNode_IsReported(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));

    [Theory]
    [InlineData("Reshape", "int64{1, 2, 3, 4}; int64{2, 2}", "", "{1, 2, 3, 4}")]
    public void Run_KnownElements_AreFollowed(string opType, string inputs, string attributes, string? expected, int opset = 20) =>
        Assert.Equal(expected, NodeInference.Elements(opType, inputs, attributes, opset));
}
