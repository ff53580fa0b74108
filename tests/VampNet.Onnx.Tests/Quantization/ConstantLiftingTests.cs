using Microsoft.ML.OnnxRuntime;
using VampNet.Onnx.Quantization;
using VampNet.Onnx.Quantization.Calibration;

namespace VampNet.Onnx.Tests.Quantization;

public class ConstantLiftingTests
{
    [Fact]
    public void Lift_WeightsOfNodes_AreQuantizedLikeInitializers()
    {
        using Model plain = Products(lifted: true);
        using Model model = Products(lifted: false);
        QuantizationReport expected = DynamicQuantizer.Quantize(plain, new());
        QuantizationReport actual = DynamicQuantizer.Quantize(model, new());

        Assert.Equal(expected.Quantized.Select(weight => weight.SignalToNoise), actual.Quantized.Select(weight => weight.SignalToNoise));
        Assert.Empty(actual.Kept);
        Assert.DoesNotContain(model.Graph.Nodes, node => node.OpType is "Constant" or "Identity");
        Assert.Empty(ModelVerifier.Verify(model));
        Assert.Equal(Run(plain), Run(model));
    }

    [Fact]
    public void Lift_StaticScheme_SeesTheSameWeights()
    {
        using Model model = Products(lifted: false);
        string[] before = [.. model.Graph.Nodes.Select(node => node.ToString())];
        Assert.Equal(["x", "first", "second"], StaticQuantizer.ActivationsToCalibrate(model, new()));
        Assert.Equal(before, model.Graph.Nodes.Select(node => node.ToString()));
        Dictionary<string, ActivationRange> ranges = new()
        {
            ["x"] = new(-1, 1),
            ["first"] = new(-4, 4),
            ["second"] = new(-9, 9),
        };
        Assert.Equal(2, StaticQuantizer.Quantize(model, new() { Calibration = new() { Ranges = ranges } }).Quantized.Length);
    }

    [Fact]
    public void Lift_ConstantThatIsAnOutput_Stays()
    {
        GraphBuilder builder = new("output", 20);
        Value x = builder.Input("x", ElementType.Float, 2, 3);
        Value constant = builder.Node(
            "Constant",
            "constant",
            [],
            [("value", TensorData.FromArray(QuantizableModels.Numbers(3, 12), 3, 4))]
        );
        builder.Output(builder.Node("MatMul", "product", [x, constant]), "y", ElementType.Float, 2, 4);
        builder.Output(constant, "w", ElementType.Float, 3, 4);
        using Model model = builder.Build();

        OnnxException exception = Assert.Throws<OnnxException>(() => DynamicQuantizer.Quantize(model, new()));
        Assert.Equal(DiagnosticIds.NothingToQuantize, exception.Id);
        Assert.Contains(model.Graph.Nodes, node => node.OpType == "Constant");
    }

    /// <summary>x [2,3] by a matrix [3,4] and one [4,5]: initializers, or the first of a Constant node and the second behind
    /// Identity.</summary>
    private static Model Products(bool lifted)
    {
        GraphBuilder builder = new("products", 20);
        Value x = builder.Input("x", ElementType.Float, 2, 3);
        TensorData first = TensorData.FromArray(QuantizableModels.Numbers(1, 12), 3, 4);
        Value second = QuantizableModels.Weight(builder, "w", 2, 4, 5);
        Value product = builder.Node(
            "MatMul",
            "first",
            [x, lifted ? builder.Weight("v", first) : builder.Node("Constant", "constant", [], [("value", first)])]
        );
        Value last = builder.Node("MatMul", "second", [product, lifted ? second : builder.Node("Identity", "alias", [second])]);
        builder.Graph.AddOutput(last);
        last.Type = new TensorType(ElementType.Float, TensorShape.Of(2, 5));
        return builder.Build();
    }

    private static float[] Run(Model model)
    {
        using OrtModel session = new(model);
        using OrtValue x = OrtModel.Tensor(QuantizableModels.Numbers(9, 6), 2, 3);
        return session.Run(("x", x))["second"];
    }
}
