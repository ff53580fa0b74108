using Microsoft.ML.OnnxRuntime;
using VampNet.Onnx.Quantization;
using VampNet.Onnx.Quantization.Calibration;

namespace VampNet.Onnx.Tests.Quantization;

public class MixedQuantizerTests
{
    private const int Samples = 24;

    private static readonly Dictionary<string, ActivationRange> Ranges = new() { ["x"] = new(-1, 1), ["conv"] = new(-9, 9) };

    private static readonly float[] X = QuantizableModels.Numbers(61, 3 * Samples);

    [Fact]
    public void Quantize_ProductsAndConvolutions_EachTakeTheirScheme()
    {
        using Model model = ConvolutionThenProduct();
        float[] expected = Run(model);
        QuantizationReport report = MixedQuantizer.Quantize(model, Dynamic("MatMul"), Calibrated("Conv"), "both");

        Assert.Equal(("both", "both"), (report.Scheme, model.Metadata[QuantizationReport.SchemeKey]));
        Assert.Equal("pair-safe", model.Metadata[QuantizationReport.WeightRangeKey]);
        Assert.Equal(["w", "kernel"], report.Quantized.Select(weight => weight.Weight));
        Assert.Equal(("scale", "its operator is left in floating point"), (Assert.Single(report.Kept).Tensor, report.Kept[0].Reason));
        Assert.Empty(ModelVerifier.Verify(model));
        IReadOnlyList<string> operators = OrtModel.OptimizedOperators(model);
        Assert.Contains("QLinearConv", operators);
        Assert.Contains(operators, operation => operation is "DynamicQuantizeMatMul" or "MatMulIntegerToFloat");

        float[] actual = Run(model);
        double signal = expected.Sum(value => (double)value * value);
        double noise = expected.Zip(actual, (a, b) => Math.Pow(a - b, 2)).Sum();
        Assert.InRange(10 * Math.Log10(signal / noise), 25, 60);
    }

    [Fact]
    public void Quantize_OneSchemeOnly_LeavesTheOtherOperator()
    {
        using Model model = ConvolutionThenProduct();
        QuantizationReport report = MixedQuantizer.Quantize(model, Dynamic(), Calibrated("Conv"), "static Conv");
        Assert.Equal("kernel", Assert.Single(report.Quantized).Weight);
        Assert.Equal("its operator is left in floating point", report.Kept.Single(kept => kept.Tensor == "w").Reason);
    }

    [Fact]
    public void Quantize_NeitherFindsAWeight_IsRefused()
    {
        using Model model = ConvolutionThenProduct();
        OnnxException exception = Assert.Throws<OnnxException>(() =>
            MixedQuantizer.Quantize(model, Dynamic("Gemm"), Calibrated("ConvTranspose"), "none")
        );
        Assert.Equal(DiagnosticIds.NothingToQuantize, exception.Id);
    }

    private static DynamicQuantizationOptions Dynamic(params string[] operators) =>
        new() { Selection = new() { Operators = operators.ToHashSet() } };

    private static StaticQuantizationOptions Calibrated(params string[] operators) =>
        new()
        {
            Selection = new() { Operators = operators.ToHashSet() },
            Calibration = new() { Ranges = Ranges },
        };

    /// <summary>x [1,3,24] through a convolution to 5 channels, a scale, and a product over samples, [24,7].</summary>
    private static Model ConvolutionThenProduct()
    {
        GraphBuilder builder = new("mixed", 20);
        Value x = builder.Input("x", ElementType.Float, 1, 3, Samples);
        Value conv = builder.Node(
            "Conv",
            "conv",
            [x, QuantizableModels.Weight(builder, "kernel", 62, 5, 3, 7)],
            [("pads", new long[] { 3, 3 })]
        );
        Value scaled = builder.Node("Mul", "scaled", [conv, QuantizableModels.Weight(builder, "scale", 63, 5, 1)]);
        builder.Output(
            builder.Node("MatMul", "product", [scaled, QuantizableModels.Weight(builder, "w", 64, Samples, 7)]),
            "y",
            ElementType.Float,
            1,
            5,
            7
        );
        return builder.Build();
    }

    private static float[] Run(Model model)
    {
        using OrtModel session = new(model);
        using OrtValue value = OrtModel.Tensor(X, 1, 3, Samples);
        return session.Run(("x", value))["y"];
    }
}
