namespace VampNet.Onnx.Tests.ShapeInference.Operators;

public class SelectionInferenceTests
{
    [Theory]
    [InlineData("TopK", "float[B, T]; int64{3}", "", "float[B, 3]; int64[B, 3]", 11, 2)]
    [InlineData("TopK", "float[B, T]; int64[1]", "axis = 0", "float[x1[0], T]; int64[x1[0], T]", 11, 2)]
    [InlineData("TopK", "float[B, T]", "k = 3", "float[B, 3]; int64[B, 3]", 9, 2)]
    [InlineData("OneHot", "int64[B, T]; int64 = 9; float[2]", "", "float[B, T, 9]")]
    [InlineData("OneHot", "int64[B, T]; int64 = 9; float[2]", "axis = 0", "float[9, B, T]")]
    [InlineData("NonZero", "float[B, T]", "", "int64[2, ?]")]
    [InlineData("NonZero", "float[?]", "", "int64[?, ?]")]
    [InlineData("NonZero", "bool[2]", "", "int64[1, x0[0] + x0[1]]")]
    [InlineData("NonZero", "int64[2]", "", "int64[1, if(x0[1] = 0, 0, 1) + if(x0[0] = 0, 0, 1)]")]
    [InlineData("Compress", "float[B, T]; bool[2]", "axis = 1", "float[B, x1[0] + x1[1]]")]
    [InlineData("OneHot", "int64[B]; float[]; float[2]", "", "float[B, scale(1, x1[])]")]
    [InlineData("Compress", "float[B, T]; bool[T]", "axis = 1", "float[B, ?]")]
    [InlineData("Compress", "float[B, T]; bool[N]", "", "float[?]")]
    [InlineData("Unique", "float[B, T]", "", "float[?]; int64[?]; int64[B*T]; int64[?]", 11, 4)]
    [InlineData("Unique", "float[B, T]", "axis = 1", "float[B, ?]; int64[?]; int64[T]; int64[?]", 11, 4)]
    public void Run_SymbolicInputs_GivesExpressions(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));

    [Theory]
    [InlineData("TopK", "float[2]; int64{3}", "", "VNO0705", 11, 2)]
    [InlineData("OneHot", "int64[T]; int64 = -1; float[2]", "", "VNO0704")]
    [InlineData("Compress", "float[2]; bool[2]", "axis = 1", "VNO0705")]
    public void Run_WrongNode_IsReported(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));
}
