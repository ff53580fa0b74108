namespace VampNet.Onnx.Tests.ShapeInference.Operators;

public class MatMulInferenceTests
{
    [Theory]
    [InlineData("MatMul", "float[B, H, T, d]; float[H, d, S]", "", "float[B, H, T, S]")]
    [InlineData("MatMul", "float[d]; float[B, d, S]", "", "float[B, S]")]
    [InlineData("MatMul", "float[B, T, d]; float[d]", "", "float[B, T]")]
    [InlineData("MatMul", "float[d]; float[d]", "", "float[]")]
    [InlineData("MatMulInteger", "uint8[B, T, 3]; int8[3, 5]", "", "int32[B, T, 5]")]
    [InlineData("QLinearMatMul", "uint8[B, 3]; float[]; uint8[]; int8[3, 5]; float[]; int8[]; float[]; int8[]", "", "int8[B, 5]")]
    [InlineData("Gemm", "float[T, 3]; float[5, 3]; float[5]", "transB = 1", "float[T, 5]")]
    [InlineData("Gemm", "float[3, T]; float[3, 5]", "transA = 1", "float[T, 5]")]
    [InlineData("Det", "float[B, 3, 3]", "", "float[B]")]
    public void Run_SymbolicInputs_GivesExpressions(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));

    [Theory]
    [InlineData("MatMul", "float[2, 3]; float[4, 5]", "", "VNO0704")]
    [InlineData("MatMul", "float[2, 3]; double[3, 5]", "", "VNO0702")]
    [InlineData("Gemm", "float[2]; float[3, 5]", "", "VNO0703")]
    [InlineData("Gemm", "float[2, 3]; float[5, 3]", "", "VNO0704")]
    [InlineData("Det", "float[3]", "", "VNO0703")]
    public void Run_WrongNode_IsReported(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));
}
