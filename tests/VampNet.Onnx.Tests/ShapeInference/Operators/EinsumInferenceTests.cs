namespace VampNet.Onnx.Tests.ShapeInference.Operators;

public class EinsumInferenceTests
{
    [Theory]
    [InlineData("Einsum", "float[B, T, d]; float[B, S, d]", "equation = bid,bjd->bij", "float[B, T, S]")]
    [InlineData("Einsum", "float[B, H, T, d]; float[d, D]", "equation = ...d,de->...e", "float[B, H, T, D]")]
    [InlineData("Einsum", "float[T, S]", "equation = ba", "float[S, T]")]
    [InlineData("Einsum", "float[T, T]", "equation = ii->", "float[]")]
    [InlineData("Einsum", "float[?]; float[3, 5]", "equation = ij,jk->ik", "float[?, 5]")]
    public void Run_SymbolicInputs_GivesExpressions(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));

    [Theory]
    [InlineData("Einsum", "float[2, 3]", "equation = ij,jk->ik", "VNO0705")]
    [InlineData("Einsum", "float[2, 3]", "equation = i->i", "VNO0705")]
    [InlineData("Einsum", "float[2, 3]; float[4, 5]", "equation = ij,jk->ik", "VNO0704")]
    [InlineData("Einsum", "float[2]", "equation = i->j", "VNO0705")]
    public void Run_WrongNode_IsReported(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));
}
