namespace VampNet.Onnx.Tests.ShapeInference.Operators;

public class QuantizationInferenceTests
{
    [Theory]
    [InlineData("QuantizeLinear", "float[B, T]; float[]; int8[]", "", "int8[B, T]")]
    [InlineData("QuantizeLinear", "float[B, T]; float[]", "", "uint8[B, T]")]
    [InlineData("QuantizeLinear", "float[B, T]; float[]", "output_dtype = 3", "int8[B, T]", 21)]
    [InlineData("DequantizeLinear", "int8[B, T]; float16[]; int8[]", "", "float16[B, T]")]
    [InlineData("DequantizeLinear", "int8[B, T]; float16[]", "output_dtype = 1", "float[B, T]", 23)]
    [InlineData("com.microsoft::QuantizeLinear", "float[B, T]; float[]; uint16[]", "", "uint16[B, T]", 1)]
    [InlineData("com.microsoft::DequantizeLinear", "uint16[B, T]; float[]; uint16[]", "", "float[B, T]", 1)]
    [InlineData("DynamicQuantizeLinear", "float[B, T]", "", "uint8[B, T]; float[]; uint8[]", 11, 3)]
    public void Run_SymbolicInputs_GivesExpressions(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));

    [Theory]
    [InlineData("QuantizeLinear", "float[B, T]; float[]", "output_dtype = 99", "VNO0705", 21)]
    [InlineData("DynamicQuantizeLinear", "optional(float[T])", "", "VNO0709", 11)]
    public void Run_WrongNode_IsReported(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));
}
