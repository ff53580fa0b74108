namespace VampNet.Onnx.Tests.ShapeInference.Operators;

public class NormalizationInferenceTests
{
    [Theory]
    [InlineData(
        "LayerNormalization",
        "float16[B, T, D]; float16[D]",
        "axis = -1",
        "float16[B, T, D]; float[B, T, 1]; float[B, T, 1]",
        17,
        3
    )]
    [InlineData("RMSNormalization", "float[B, T, D]; float[D]", "", "float[B, T, D]", 23)]
    [InlineData("SimplifiedLayerNormalization", "float[B, T, D]; float[D]", "", "float[B, T, D]; float[B, T, 1]", 17, 2)]
    [InlineData("InstanceNormalization", "float[B, C, T]; float[C]; float[C]", "", "float[B, C, T]")]
    [InlineData("GroupNormalization", "float[B, C, T]; float[C]; float[C]", "num_groups = 2", "float[B, C, T]")]
    [InlineData(
        "BatchNormalization",
        "float[B, C, T]; float[C]; float[C]; double[C]; double[C]",
        "training_mode = 1",
        "float[B, C, T]; double[C]; double[C]",
        15,
        3
    )]
    public void Run_SymbolicInputs_GivesExpressions(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));

    [Theory]
    [InlineData("LayerNormalization", "float[2, 3]; float[3]", "axis = 2", "VNO0705", 17)]
    [InlineData("BatchNormalization", "float[]; float[C]; float[C]; float[C]; float[C]", "", "VNO0703", 15)]
    public void Run_WrongNode_IsReported(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));
}
