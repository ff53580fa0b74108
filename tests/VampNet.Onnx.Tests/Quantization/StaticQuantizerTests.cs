using VampNet.Onnx.Quantization;
using VampNet.Onnx.Quantization.Calibration;

namespace VampNet.Onnx.Tests.Quantization;

public class StaticQuantizerTests
{
    private const int Samples = 40;

    private static readonly NodeSelection Everything = new() { Include = ["*"] };

    [Theory]
    [InlineData(WeightGranularity.PerChannel, false)]
    [InlineData(WeightGranularity.PerTensor, false)]
    [InlineData(WeightGranularity.PerChannel, true)]
    public void Quantize_Convolutions_StayClose(WeightGranularity granularity, bool signed)
    {
        using Model model = Convolutions();
        float[] x = QuantizableModels.Numbers(31, 3 * Samples);
        float[] expected = Run(model, x);
        StaticQuantizationOptions options = new() { Selection = Everything, Granularity = granularity, SignedActivations = signed };

        QuantizationReport report = StaticQuantizer.Quantize(model, Calibrate(options, x), options);

        float[] actual = Run(model, x);
        double signal = expected.Sum(value => (double)value * value);
        double noise = expected.Zip(actual, (a, b) => Math.Pow(a - b, 2)).Sum();
        Assert.InRange(10 * Math.Log10(signal / noise), 30, 60);
        Assert.Equal(["up.weight", "down.weight", "mix.weight"], report.Quantized.Select(weight => weight.Weight));
        Assert.Empty(report.Kept);
        Assert.Empty(ModelVerifier.Verify(model));
    }

    [Fact]
    public void Quantize_Convolution_RunsAsIntegersInOnnxRuntime()
    {
        using Model model = Convolutions();
        StaticQuantizationOptions options = new() { Selection = Everything };
        StaticQuantizer.Quantize(model, Calibrate(options, QuantizableModels.Numbers(31, 3 * Samples)), options);
        IReadOnlyList<string> operators = OrtModel.OptimizedOperators(model);
        Assert.Contains("QLinearConv", operators);
        Assert.Contains("QLinearMatMul", operators);
        Assert.DoesNotContain("Conv", operators);
    }

    [Fact]
    public void Quantize_ConvTranspose_OnlyOnRequestForItRunsInFloat()
    {
        using Model asked = Convolutions();
        StaticQuantizationOptions options = new() { Selection = Everything };
        Dictionary<string, ActivationRange> ranges = Calibrate(options, QuantizableModels.Numbers(31, 3 * Samples));
        StaticQuantizer.Quantize(asked, ranges, options);
        Assert.Contains("ConvTranspose", OrtModel.OptimizedOperators(asked));

        using Model model = Convolutions();
        Assert.Equal(["up", "down", "rows", "mix"], StaticQuantizer.ActivationsToCalibrate(model, new()));
        QuantizationReport report = StaticQuantizer.Quantize(model, ranges, new());
        Assert.Equal(["down.weight", "mix.weight"], report.Quantized.Select(weight => weight.Weight));
        Assert.Equal(["up.weight", "up.bias"], report.Kept.Select(kept => kept.Tensor));
        Assert.All(report.Kept, kept => Assert.StartsWith("ONNX Runtime's CPU has no integer kernel", kept.Reason, StringComparison.Ordinal));
    }

    [Fact]
    public void Quantize_GraphOutputs_KeepTheirNames()
    {
        using Model model = Convolutions();
        StaticQuantizationOptions options = new() { Selection = Everything };
        string[] before = [.. model.Graph.Outputs.Select(output => output.ToString())];
        StaticQuantizer.Quantize(model, Calibrate(options, QuantizableModels.Numbers(31, 3 * Samples)), options);
        Assert.Equal(before, model.Graph.Outputs.Select(output => output.ToString()));
    }

    [Fact]
    public void Quantize_MissingRange_LeavesTheNodeWithAReason()
    {
        using Model model = Convolutions();
        StaticQuantizationOptions options = new() { Selection = Everything };
        Dictionary<string, ActivationRange> ranges = Calibrate(options, QuantizableModels.Numbers(31, 3 * Samples));
        ranges.Remove("down");
        QuantizationReport report = StaticQuantizer.Quantize(model, ranges, options);
        Assert.Equal(["down.weight", "down.bias"], report.Kept.Select(kept => kept.Tensor));
        Assert.All(report.Kept, kept => Assert.Equal("calibration saw no value of its input or output", kept.Reason));
    }

    [Fact]
    public void Quantize_OldOpset_IsRefused()
    {
        using Model model = QuantizableModels.ThreeProducts(opset: 12);
        Assert.Equal(
            DiagnosticIds.OpsetTooOld,
            Assert.Throws<OnnxException>(() => StaticQuantizer.Quantize(model, new Dictionary<string, ActivationRange>(), new())).Id);
    }

    [Fact]
    public void ActivationsToCalibrate_Chain_NamesEachOnce()
    {
        using Model model = Convolutions();
        Assert.Equal(["x", "up", "down", "rows", "mix"], StaticQuantizer.ActivationsToCalibrate(model, new() { Selection = Everything }));
    }

    /// <summary>x [1,3,40] through ConvTranspose to 8 channels, Conv to 5 channels, and a product over channels.</summary>
    private static Model Convolutions(bool observe = false)
    {
        GraphBuilder builder = new("convolutions", 20);
        Value x = builder.Input("x", ElementType.Float, 1, 3, Samples);
        Value up = builder.Node(
            "ConvTranspose", "up", [x, QuantizableModels.Weight(builder, "up.weight", 32, 3, 8, 4), QuantizableModels.Weight(builder, "up.bias", 33, 8)], [("strides", new long[] { 2 }), ("pads", new long[] { 1, 1 })]);
        Value down = builder.Node(
            "Conv", "down", [up, QuantizableModels.Weight(builder, "down.weight", 34, 5, 8, 7), QuantizableModels.Weight(builder, "down.bias", 35, 5)], [("pads", new long[] { 3, 3 })]);
        Value rows = builder.Node("Transpose", "rows", [down], [("perm", new long[] { 0, 2, 1 })]);
        Value mix = builder.Node("MatMul", "mix", [rows, QuantizableModels.Weight(builder, "mix.weight", 36, 5, 6)]);
        if (observe)
        {
            builder.Graph.AddOutput(up);
            builder.Graph.AddOutput(down);
            builder.Graph.AddOutput(rows);
        }

        builder.Output(mix, "mix", ElementType.Float, 1, 2 * Samples, 6);
        return builder.Build();
    }

    private static Dictionary<string, ActivationRange> Calibrate(StaticQuantizationOptions options, float[] x)
    {
        using Model observed = Convolutions(observe: true);
        using OrtModel session = new(observed);
        using var value = OrtModel.Tensor(x, 1, 3, Samples);
        Dictionary<string, ActivationRange> ranges = session.Run(("x", value)).ToDictionary(pair => pair.Key, pair => RangeOf(pair.Value));
        ranges["x"] = RangeOf(x);
        using Model model = Convolutions();
        Assert.Equal(StaticQuantizer.ActivationsToCalibrate(model, options).Order(StringComparer.Ordinal), ranges.Keys.Order(StringComparer.Ordinal));
        return ranges;
    }

    private static ActivationRange RangeOf(float[] values) => new(values.Min(), values.Max());

    private static float[] Run(Model model, float[] x)
    {
        using OrtModel session = new(model);
        using var value = OrtModel.Tensor(x, 1, 3, Samples);
        return session.Run(("x", value))["mix"];
    }
}
