namespace VampNet.Onnx.Tests.ShapeInference.Operators;

public class GatherInferenceTests
{
    [Theory]
    [InlineData("Gather", "float[V, D]; int64[B, T]", "", "float[B, T, D]")]
    [InlineData("Gather", "float[B, T, D]; int64 = 0", "axis = 1", "float[B, D]")]
    [InlineData("GatherElements", "float[B, T]; int64[B, 3]", "axis = 1", "float[B, 3]")]
    [InlineData("GatherND", "float[B, T, D]; int64[N, 2]", "", "float[N, D]")]
    [InlineData("GatherND", "float[B, T, D]; int64[B, N, 1]", "batch_dims = 1", "float[B, N, D]")]
    public void Run_SymbolicInputs_GivesExpressions(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));

    [Theory]
    [InlineData("Gather", "float[]; int64[T]", "", "VNO0703")]
    [InlineData("Gather", "int64{1, 2}; int64{2}", "", "VNO0705")]
    [InlineData("GatherElements", "float[2, 3]; int64[2]", "", "VNO0703")]
    [InlineData("GatherND", "float[2, 3]; int64[4, 3]", "", "VNO0704")]
    [InlineData("GatherND", "float[2, 3]; int64[2, 1]", "batch_dims = 2", "VNO0705")]
    public void Run_WrongNode_IsReported(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));

    [Theory]
    [InlineData("Gather", "int64{4, 5, 6}; int64{-1, 0}", "", "{6, 4}")]
    [InlineData("Gather", "int64{4, 5, 6}; int64 = 1", "", "{5}")]
    public void Run_KnownElements_AreFollowed(string opType, string inputs, string attributes, string? expected, int opset = 20) =>
        Assert.Equal(expected, NodeInference.Elements(opType, inputs, attributes, opset));
}
