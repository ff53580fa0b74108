using Microsoft.ML.OnnxRuntime;
using VampNet.Onnx.Quantization;
using VampNet.Onnx.Quantization.Calibration;

namespace VampNet.Onnx.Tests.Quantization;

public class Float16QuantizerTests
{
    // 10 terms of magnitude up to 1 from operands with 11 digits each, and the result's own rounding.
    private const float Bound = 10 * 3f / 2048;

    private static readonly float[] X = QuantizableModels.Numbers(51, 18);

    [Fact]
    public void Quantize_Products_StayCloseAndBehindTheSameInterface()
    {
        using Model model = Chain();
        float[] expected = Run(model);
        string[] before = [.. model.Graph.Inputs.Concat(model.Graph.Outputs).Select(value => value.ToString())];
        QuantizationReport report = Float16Quantizer.Quantize(model, new());

        Assert.Equal(["w", "b"], report.Quantized.Select(weight => weight.Weight));
        Assert.Equal((9 * 4 + 4) * 4, report.BytesBefore);
        Assert.Equal((9 * 4 + 4) * 2, report.BytesAfter);
        Assert.All(report.Quantized, weight => Assert.InRange(weight.SignalToNoise, 65, 90));
        Assert.All(
            ["w.float16", "b.float16"],
            name => Assert.Equal(ElementType.Float16, model.Graph.Initializers.Single(value => value.Name == name).Constant!.ElementType)
        );
        Assert.Equal(before, model.Graph.Inputs.Concat(model.Graph.Outputs).Select(value => value.ToString()));
        Assert.Equal(2, model.Graph.Nodes.Count(node => node.OpType == "Cast"));
        Assert.Empty(ModelVerifier.Verify(model));
        float[] actual = Run(model);
        Assert.NotEqual(expected, actual);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, Bound));
    }

    [Theory]
    [InlineData(1e6f, "'b' holds 1e+6, beyond float16")]
    [InlineData(-65505f, "'b' holds -6.551e+4, beyond float16")]
    [InlineData(1e-6f, "'b' is 25% subnormal in float16")]
    public void Quantize_ConstantBeyondTheRange_KeepsItsNodeInFloat32(float odd, string reason)
    {
        using Model model = Chain([odd, 1, 2, 3]);
        float[] expected = Run(model);
        QuantizationReport report = Float16Quantizer.Quantize(model, new());

        Assert.Equal("w", Assert.Single(report.Quantized).Weight);
        Assert.Equal(("b", reason), (Assert.Single(report.Kept).Tensor, report.Kept[0].Reason));
        Assert.Equal(new KeptNode("biased", "Add", reason), Assert.Single(report.FloatNodes));
        Assert.All(expected.Zip(Run(model)), pair => Assert.Equal(pair.First, pair.Second, Bound));
    }

    [Fact]
    public void Quantize_InfinityInAMask_IsKeptAsInfinity()
    {
        using Model model = Chain([float.NegativeInfinity, 1, 2, 3]);
        Assert.Equal(["w", "b"], Float16Quantizer.Quantize(model, new()).Quantized.Select(weight => weight.Weight));
        Assert.Equal([float.NegativeInfinity, float.NegativeInfinity], [Run(model)[0], Run(model)[4]]);
    }

    [Fact]
    public void Quantize_NaN_IsRefused()
    {
        using Model model = Chain([float.NaN, 1, 2, 3]);
        Assert.Equal(DiagnosticIds.WeightNotFinite, Assert.Throws<OnnxException>(() => Float16Quantizer.Quantize(model, new())).Id);
    }

    [Theory]
    [InlineData(40000f, "'product' reached 4e+4, too near the end of float16")]
    [InlineData(float.PositiveInfinity, "'product' reached Infinity, too near the end of float16")]
    [InlineData(float.NaN, "'product' was NaN")]
    [InlineData(1e-5f, "'product' never passed 1e-5, subnormal in float16")]
    public void Quantize_ActivationBeyondTheRange_KeepsItsProducerAndReaderInFloat32(float magnitude, string reason)
    {
        using Model model = Chain();
        Assert.Equal(["x", "product", "y"], Float16Quantizer.ActivationsToCalibrate(model, new()));
        Dictionary<string, ActivationRange> ranges = new() { ["product"] = new(-magnitude, 0) };
        OnnxException exception = Assert.Throws<OnnxException>(() =>
            Float16Quantizer.Quantize(model, new() { Calibration = new() { Ranges = ranges } })
        );
        Assert.Equal(DiagnosticIds.NothingToQuantize, exception.Id);
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Quantize_ValueOfManyReaders_IsCastOnceEachWay()
    {
        // The product is an output, is compared in float32, read in float16, and captured by branches.
        Graph graph = new("readers");
        Value x = graph.AddInput("x", new TensorType(ElementType.Float, TensorShape.Of(2, 9)));
        Value w = graph.AddInitializer("w", TensorData.FromArray(QuantizableModels.Numbers(3, 81), 9, 9));
        Value product = graph.AddNode("MatMul", [x, w], ["product"], name: "product").Outputs[0];
        Value again = graph.AddNode("MatMul", [product, w], ["again"], name: "again").Outputs[0];
        Value most = graph.AddNode("ReduceMax", [product], ["most"], [("keepdims", 0L)], name: "most").Outputs[0];
        Value test = graph.AddNode("Less", [most, graph.AddInitializer("limit", TensorData.Scalar(99f))], ["test"], name: "test").Outputs[
            0
        ];
        Graph yes = new("then"),
            no = new("else");
        yes.AddOutput(yes.AddNode("Add", [product, again], ["then_y"]).Outputs[0]);
        no.AddOutput(no.AddNode("MatMul", [product, w], ["else_y"]).Outputs[0]);
        Value y = graph
            .AddNode("If", [test], ["y"], [Attribute.Of("then_branch", yes), Attribute.Of("else_branch", no)], name: "y")
            .Outputs[0];
        product.Type = y.Type = x.Type;
        graph.AddOutput(product);
        graph.AddOutput(y);
        using Model model = new(graph, 9) { OpsetImports = { [""] = 20 } };
        float[] expected = Run(model);

        QuantizationReport report = Float16Quantizer.Quantize(model, new());
        Assert.Empty(ModelVerifier.Verify(model));
        Assert.All(expected.Zip(Run(model)), pair => Assert.Equal(pair.First, pair.Second, 10 * Bound));
        Assert.Single(report.Quantized);
        Assert.Equal(["limit"], report.Kept.Select(kept => kept.Tensor));
        // x down; product and most up.
        Assert.Equal(3, model.Graph.Nodes.Count(node => node.OpType == "Cast"));
        Assert.Equal(["test", "y"], report.FloatNodes.Select(node => node.Node));
    }

    /// <summary>y = x W + b: x [2,9], W [9,4].</summary>
    private static Model Chain(float[]? bias = null)
    {
        GraphBuilder builder = new("chain", 20);
        Value x = builder.Input("x", ElementType.Float, 2, 9);
        Value product = builder.Node("MatMul", "product", [x, QuantizableModels.Weight(builder, "w", 52, 9, 4)]);
        Value b = builder.Weight("b", TensorData.FromArray(bias ?? QuantizableModels.Numbers(53, 4), 4));
        builder.Output(builder.Node("Add", "biased", [product, b]), "y", ElementType.Float, 2, 4);
        return builder.Build();
    }

    private static float[] Run(Model model)
    {
        using OrtModel session = new(model);
        using OrtValue value = OrtModel.Tensor(X, 2, 9);
        return session.Run(("x", value))["y"];
    }
}
