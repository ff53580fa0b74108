namespace VampNet.Onnx.Tests.ShapeInference.Operators;

public class SignalInferenceTests
{
    [Theory]
    [InlineData("DFT", "float[B, S, 1]", "onesided = 1", "float[B, S/2 + 1, 2]", 17)]
    [InlineData("DFT", "float[B, S, 2];; int64 = -2", "inverse = 1", "float[B, S, 2]")]
    [InlineData("DFT", "float[B, F, 2]", "inverse = 1; onesided = 1", "float[B, F*2 - 2, 1]")]
    [InlineData("DFT", "float[B, S, 1]; int64 = 16", "", "float[B, 16, 2]")]
    [InlineData("DFT", "float[B, S, 1];; int64[]", "", "float[?, ?, 2]")]
    [InlineData("STFT", "float[B, S, 1]; int64 = 8; float[16]", "", "float[B, S/8 - 1, 9, 2]")]
    [InlineData("STFT", "float[B, S, 1]; int64 = 8;; int64 = 16", "onesided = 0", "float[B, S/8 - 1, 16, 2]")]
    [InlineData("HannWindow", "int64 = 16", "", "float[16]")]
    [InlineData("HammingWindow", "int64[]", "output_datatype = 11", "double[x0[]]")]
    [InlineData("BlackmanWindow", "int64 = 16", "", "float[16]")]
    [InlineData("MelWeightMatrix", "int64 = 8; int64 = 16; int64 = 100; float = 0; float = 1", "", "float[9, 8]")]
    public void Run_SymbolicInputs_GivesExpressions(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));

    [Theory]
    [InlineData("DFT", "float[B, S, 1]", "axis = 3", "VNO0705", 17)]
    [InlineData("DFT", "float[S]", "", "VNO0703")]
    [InlineData("STFT", "float[B, S, 1]; int64 = 0; float[16]", "", "VNO0705")]
    [InlineData("STFT", "float[B, 4, 1]; int64 = 8; float[64]", "", "VNO0704")]
    public void Run_WrongNode_IsReported(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));
}
