namespace VampNet.Onnx.Tests.ShapeInference.Operators;

public class ReductionInferenceTests
{
    [Theory]
    [InlineData("ReduceL1", "float[B, T, D]; int64{-1}", "", "float[B, T, 1]")]
    [InlineData("ReduceL2", "float[B, T, D]; int64{-1}", "", "float[B, T, 1]")]
    [InlineData("ReduceLogSum", "float[B, T, D]; int64{-1}", "", "float[B, T, 1]")]
    [InlineData("ReduceLogSumExp", "float[B, T, D]; int64{-1}", "", "float[B, T, 1]")]
    [InlineData("ReduceMax", "float[B, T, D]; int64{-1}", "", "float[B, T, 1]")]
    [InlineData("ReduceMean", "float[B, T, D]; int64{-1}", "", "float[B, T, 1]")]
    [InlineData("ReduceMin", "float[B, T, D]; int64{-1}", "", "float[B, T, 1]")]
    [InlineData("ReduceProd", "float[B, T, D]; int64{-1}", "", "float[B, T, 1]")]
    [InlineData("ReduceSum", "float[B, T, D]; int64{-1}", "", "float[B, T, 1]")]
    [InlineData("ReduceSumSquare", "float[B, T, D]; int64{-1}", "", "float[B, T, 1]")]
    [InlineData("ReduceSum", "float[B, T, D]; int64{0, 2}", "keepdims = 0", "float[T]")]
    [InlineData("ReduceSum", "float[B, T]", "keepdims = 0", "float[]")]
    [InlineData("ReduceSum", "float[B, T]", "noop_with_empty_axes = 1", "float[B, T]")]
    [InlineData("ReduceSum", "float[B, T]; int64{}", "noop_with_empty_axes = 1", "float[B, T]")]
    [InlineData(
        "ReduceSum",
        "float[B, T]; int64[1]",
        "",
        "float[if(if(x1[0] < 0, x1[0] + 2, x1[0]) = 0, 1, B), if(if(x1[0] < 0, x1[0] + 2, x1[0]) = 1, 1, T)]"
    )]
    [InlineData("ReduceSum", "float[B, T]; int64[1]", "keepdims = 0", "float[if(0 < if(x1[0] < 0, x1[0] + 2, x1[0]), B, T)]")]
    [InlineData("ReduceMean", "float[B, T]", "axes = [1]; keepdims = 0", "float[B]", 13)]
    [InlineData("ReduceSum", "float[?]", "keepdims = 0", "float[]")]
    [InlineData("ArgMax", "float[B, T]", "axis = 1", "int64[B, 1]")]
    [InlineData("ArgMin", "float[B, T]", "keepdims = 0", "int64[T]")]
    public void Run_SymbolicInputs_GivesExpressions(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));

    [Theory]
    [InlineData("ReduceSum", "float[2, 3]; int64{2}", "", "VNO0705")]
    [InlineData("ArgMax", "float[2]", "axis = -2", "VNO0705")]
    public void Run_WrongNode_IsReported(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));

    [Theory]
    [InlineData("ReduceProd", "int64{2, 3, 4}", "", "{24}")]
    [InlineData("ReduceSum", "int64{2, 3, 4}", "keepdims = 0", "{9}")]
    [InlineData("ReduceMax", "int64{2, 3, 4}", "", "{4}")]
    [InlineData("ReduceMin", "int64{2, 3, 4}", "", "{2}")]
    public void Run_KnownElements_AreFollowed(string opType, string inputs, string attributes, string? expected, int opset = 20) =>
        Assert.Equal(expected, NodeInference.Elements(opType, inputs, attributes, opset));
}
