using Microsoft.ML.OnnxRuntime;
using VampNet.Onnx.Quantization;

namespace VampNet.Onnx.Tests.Quantization;

public class WeightOnlyQuantizerTests
{
    // 70 rows: two blocks of 32 and a short one.
    private const int K = 70;
    private const int N = 24;

    [Theory]
    [InlineData(8, 32, WeightOnlyForm.MatMulNBits, 1)]
    [InlineData(8, 64, WeightOnlyForm.MatMulNBits, 4)]
    [InlineData(4, 32, WeightOnlyForm.MatMulNBits, 1)]
    [InlineData(4, 128, WeightOnlyForm.MatMulNBits, 1)]
    [InlineData(8, 32, WeightOnlyForm.DequantizeLinear, 0)]
    [InlineData(4, 32, WeightOnlyForm.DequantizeLinear, 0)]
    public void Quantize_Product_StaysWithinHalfAStepPerWeight(int bits, int blockSize, WeightOnlyForm form, int accuracyLevel)
    {
        using Model model = Product();
        float[] x = QuantizableModels.Numbers(21, 3 * K);
        float[] expected = Run(model, x);

        QuantizationReport report = WeightOnlyQuantizer.Quantize(
            model,
            new()
            {
                Bits = bits,
                BlockSize = blockSize,
                Form = form,
                AccuracyLevel = accuracyLevel,
            }
        );

        // |w| <= 1, |x| <= 1: half a step for each of K terms, and for accuracy level 4 half a step of x too.
        float step = 1f / ((1 << (bits - 1)) - 1);
        float bound = K * ((step / 2) + (accuracyLevel == 4 ? 0.5f / 127 : 0));
        Assert.All(expected.Zip(Run(model, x)), pair => Assert.Equal(pair.First, pair.Second, bound));
        QuantizedWeight weight = Assert.Single(report.Quantized);
        Assert.InRange(weight.SignalToNoise, bits == 8 ? 42 : 18, bits == 8 ? 60 : 30);
        Assert.Equal($"weight-only-{bits}", model.Metadata["vampnet.quantization.scheme"]);
        Assert.Empty(ModelVerifier.Verify(model));
    }

    [Theory]
    [InlineData(WeightOnlyForm.MatMulNBits)]
    [InlineData(WeightOnlyForm.DequantizeLinear)]
    public void Quantize_WeightsOnTheGrid_AreExact(WeightOnlyForm form)
    {
        // Multiples of 1/8 from -1 to 7/8 fit 4 bits exactly.
        float[] grid = [.. Enumerable.Range(0, 32 * 5).Select(i => ((i * 7 % 16) - 8) / 8f)];
        GraphBuilder builder = new("grid", 21);
        Value x = builder.Input("x", ElementType.Float, Dim.Symbol("R"), 32);
        builder.Output(
            builder.Node("MatMul", "product", [x, builder.Weight("w", TensorData.FromArray(grid, 32, 5))]),
            "y",
            ElementType.Float,
            Dim.Symbol("R"),
            5
        );
        using Model model = builder.Build();
        float[] numbers = QuantizableModels.Numbers(22, 2 * 32);
        float[] expected = Run(model, numbers, 32);

        QuantizationReport report = WeightOnlyQuantizer.Quantize(
            model,
            new()
            {
                Bits = 4,
                BlockSize = 32,
                Form = form,
                AccuracyLevel = 1,
            }
        );

        Assert.Equal(double.PositiveInfinity, Assert.Single(report.Quantized).SignalToNoise);
        Assert.All(expected.Zip(Run(model, numbers, 32)), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Fact]
    public void Quantize_Gemm_KeepsFactorBiasAndOrientation()
    {
        using Model model = QuantizableModels.Gemm(transposed: true, alpha: 0.5f);
        float[] x = QuantizableModels.Numbers(23, 3 * 9);
        float[] expected = Run(model, x, 9);
        WeightOnlyQuantizer.Quantize(
            model,
            new()
            {
                Bits = 8,
                BlockSize = 16,
                AccuracyLevel = 1,
            }
        );
        Assert.All(expected.Zip(Run(model, x, 9)), pair => Assert.Equal(pair.First, pair.Second, 9 * 0.5f / 127));
    }

    [Fact]
    public void Quantize_FourBits_TakesAnEighthAndTheScales()
    {
        using Model model = Product();
        QuantizationReport report = WeightOnlyQuantizer.Quantize(model, new() { Bits = 4, BlockSize = 32 });
        Assert.Equal((N * 3 * 16) + (N * 3 * 4), report.BytesAfter);
        Assert.Equal(K * N * 4, report.BytesBefore);
    }

    [Fact]
    public void Quantize_DequantizeLinearBeforeOpset21_RaisesTheOpset()
    {
        using Model model = QuantizableModels.ThreeProducts(opset: 20);
        QuantizationReport report = WeightOnlyQuantizer.Quantize(model, new() { Form = WeightOnlyForm.DequantizeLinear });
        Assert.Equal((20, 21), (report.Opset!.From, report.Opset.To));
    }

    [Theory]
    [InlineData(ElementType.Float, WeightOnlyForm.MatMulNBits)]
    [InlineData(ElementType.Float, WeightOnlyForm.DequantizeLinear)]
    [InlineData(ElementType.Float16, WeightOnlyForm.MatMulNBits)]
    [InlineData(ElementType.Float16, WeightOnlyForm.DequantizeLinear)]
    public void Quantize_ProductsOfBranches_AreCloseWhereverTheWeightLies(ElementType type, WeightOnlyForm form)
    {
        using Model model = QuantizableModels.BranchesOfOneWeight(type);
        float[] x = QuantizableModels.Numbers(25, 2 * 128);
        float[] expected = Optimized(model, x);

        QuantizationReport report = WeightOnlyQuantizer.Quantize(model, new() { Bits = 8, Form = form });

        Assert.Equal(["outer", "inner", "outer"], report.Quantized.Select(weight => weight.Weight));
        // Eight bits of the weights and of x leave a part of some thousands in the power of each product.
        float[] found = Optimized(model, x);
        Assert.InRange(expected.Zip(found).Sum(pair => MathF.Pow(pair.First - pair.Second, 2)), 0, expected.Sum(y => y * y) / 1000);
    }

    // With the runtime's own rewriting, which fuses DequantizeLinear and MatMul.
    private static float[] Optimized(Model model, float[] x)
    {
        using OrtModel session = new(model);
        using OrtValue value = OrtModel.Tensor(x, x.Length / 128, 128);
        return session.Run(("x", value))["y"];
    }

    [Theory]
    [InlineData(3, 32, 0)]
    [InlineData(4, 48, 0)]
    [InlineData(4, 32, 5)]
    public void Quantize_UnknownOptions_AreRefused(int bits, int blockSize, int accuracyLevel)
    {
        using Model model = Product();
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            WeightOnlyQuantizer.Quantize(
                model,
                new()
                {
                    Bits = bits,
                    BlockSize = blockSize,
                    AccuracyLevel = accuracyLevel,
                }
            )
        );
    }

    private static Model Product()
    {
        GraphBuilder builder = new("product", 21);
        Value x = builder.Input("x", ElementType.Float, Dim.Symbol("R"), K);
        builder.Output(
            builder.Node("MatMul", "product", [x, QuantizableModels.Weight(builder, "w", 20, K, N)]),
            "y",
            ElementType.Float,
            Dim.Symbol("R"),
            N
        );
        return builder.Build();
    }

    // Optimized, ONNX Runtime turns the standard form into MatMulNBits and rounds activations to 8 bits: the graph as written is judged.
    private static float[] Run(Model model, float[] x, int columns = K)
    {
        using OrtModel session = new(model, optimize: false);
        using OrtValue value = OrtModel.Tensor(x, x.Length / columns, columns);
        return session.Run(("x", value))["y"];
    }
}
