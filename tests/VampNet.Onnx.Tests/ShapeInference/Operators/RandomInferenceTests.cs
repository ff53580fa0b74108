namespace VampNet.Onnx.Tests.ShapeInference.Operators;

public class RandomInferenceTests
{
    [Theory]
    [InlineData("RandomNormal", "", "shape = [2, 3]; dtype = 11", "double[2, 3]")]
    [InlineData("RandomUniform", "", "shape = [2, 3]", "float[2, 3]")]
    [InlineData("RandomNormalLike", "double[B, T]", "", "double[B, T]")]
    [InlineData("RandomUniformLike", "double[B, T]", "dtype = 1", "float[B, T]")]
    [InlineData("Bernoulli", "float[B, T]", "dtype = 9", "bool[B, T]")]
    [InlineData("EyeLike", "int32[T, S]", "", "int32[T, S]")]
    [InlineData("Multinomial", "float[B, V]", "sample_size = 3", "int32[B, 3]")]
    public void Run_SymbolicInputs_GivesExpressions(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));

    [Theory]
    [InlineData("RandomNormal", "", "", "VNO0705")]
    [InlineData("Multinomial", "float[V]", "", "VNO0703")]
    public void Run_WrongNode_IsReported(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));
}
