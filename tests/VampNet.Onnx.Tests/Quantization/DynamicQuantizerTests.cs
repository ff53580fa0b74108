using Microsoft.ML.OnnxRuntime;
using VampNet.Onnx.Quantization;

namespace VampNet.Onnx.Tests.Quantization;

public class DynamicQuantizerTests
{
    [Theory]
    [InlineData(WeightGranularity.PerChannel, WeightRange.PairSafe)]
    [InlineData(WeightGranularity.PerTensor, WeightRange.PairSafe)]
    [InlineData(WeightGranularity.PerChannel, WeightRange.SevenBit)]
    [InlineData(WeightGranularity.PerTensor, WeightRange.SevenBit)]
    public void Quantize_Products_StayWithinTheRoundingOfBothOperands(WeightGranularity granularity, WeightRange range)
    {
        using Model model = QuantizableModels.ThreeProducts();
        float[] x = QuantizableModels.Numbers(11, 2 * 3 * 12);
        IReadOnlyDictionary<string, float[]> expected = Run(model, x);

        DynamicQuantizer.Quantize(model, new DynamicQuantizationOptions { Granularity = granularity, WeightRange = range });

        IReadOnlyDictionary<string, float[]> actual = Run(model, x);
        // Each of 12 terms errs by half a step of x (2/255) times |w| <= 1, and half a step of w (at most 2/63, halved) times |x| <= 1.
        const float bound = 12 * ((1f / 255) + (0.5f / 63));
        Assert.Equal(expected["wide_out"].Length, actual["wide_out"].Length);
        Assert.All(expected["wide_out"].Zip(actual["wide_out"]), pair => Assert.Equal(pair.First, pair.Second, bound));
        Assert.NotEqual(expected["wide_out"], actual["wide_out"]);
    }

    [Fact]
    public void Quantize_SharedActivation_IsQuantizedOnce()
    {
        using Model model = QuantizableModels.ThreeProducts();
        DynamicQuantizer.Quantize(model, new());

        Assert.Equal(2, model.Graph.Nodes.Count(node => node.OpType == "DynamicQuantizeLinear"));
        Assert.Equal(3, model.Graph.Nodes.Count(node => node.OpType == "MatMulInteger"));
        Assert.DoesNotContain(model.Graph.Nodes, node => node.OpType == "MatMul");
    }

    [Fact]
    public void Quantize_Products_AreFusedByOnnxRuntime()
    {
        using Model model = QuantizableModels.ThreeProducts();
        DynamicQuantizer.Quantize(model, new());
        IReadOnlyList<string> operators = OrtModel.OptimizedOperators(model);

        Assert.Equal(
            ["DynamicQuantizeLinear", "DynamicQuantizeMatMul", "MatMulIntegerToFloat", "MatMulIntegerToFloat"],
            operators.Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [InlineData(false, 1f)]
    [InlineData(true, 1f)]
    [InlineData(true, 0.5f)]
    public void Quantize_Gemm_KeepsFactorBiasAndOrientation(bool transposed, float alpha)
    {
        using Model model = QuantizableModels.Gemm(transposed, alpha);
        float[] x = QuantizableModels.Numbers(12, 3 * 9);
        float[] expected = RunGemm(model, x);

        QuantizationReport report = DynamicQuantizer.Quantize(model, new());

        Assert.All(expected.Zip(RunGemm(model, x)), pair => Assert.Equal(pair.First, pair.Second, 9 * ((1f / 255) + (1f / 127))));
        Assert.Equal("w", Assert.Single(report.Quantized).Weight);
        Assert.Equal("c", Assert.Single(report.Kept).Tensor);
    }

    [Fact]
    public void Quantize_EmbeddingTable_OnlyOnRequest()
    {
        using Model kept = QuantizableModels.Embedding();
        QuantizationReport without = DynamicQuantizer.Quantize(kept, new());
        Assert.Equal("an embedding table; these are quantized on request only", Assert.Single(without.Kept).Reason);

        using Model model = QuantizableModels.Embedding();
        float[] expected = RunEmbedding(model);
        QuantizationReport report = DynamicQuantizer.Quantize(model, new() { EmbeddingTables = true });

        Assert.Equal(
            [("table", "int8 per row", (30 * 6) + (30 * 4)), ("w", "int8 per channel", (6 * 4) + (4 * 4))],
            report.Quantized.Select(weight => (weight.Weight, weight.Format, (int)weight.BytesAfter))
        );
        Assert.Empty(report.Kept);
        Assert.Empty(ModelVerifier.Verify(model));
        Assert.All(expected.Zip(RunEmbedding(model)), pair => Assert.Equal(pair.First, pair.Second, 6 * ((1f / 255) + (1f / 127))));
    }

    [Fact]
    public void Quantize_GraphOutputs_KeepNamesAndTypes()
    {
        using Model model = QuantizableModels.ThreeProducts();
        string[] before = [.. model.Graph.Outputs.Select(output => output.ToString())];
        DynamicQuantizer.Quantize(model, new());
        Assert.Equal(before, model.Graph.Outputs.Select(output => output.ToString()));
        Assert.Empty(ModelVerifier.Verify(model));
        Assert.Equal("dynamic", model.Metadata["vampnet.quantization.scheme"]);
    }

    [Theory]
    [InlineData(WeightRange.PairSafe, "pair-safe")]
    [InlineData(WeightRange.Full, "full")]
    [InlineData(WeightRange.SevenBit, "seven-bit")]
    public void Quantize_Metadata_NamesTheWeightRange(WeightRange range, string expected)
    {
        using Model model = QuantizableModels.ThreeProducts();
        DynamicQuantizer.Quantize(model, new() { WeightRange = range });
        Assert.Equal(expected, model.Metadata["vampnet.quantization.weight_range"]);
    }

    [Fact]
    public void Quantize_SmallProductOfTheInput_IsLeftUnlessIncluded()
    {
        using Model kept = QuantizableModels.SmallEntry();
        QuantizationReport report = DynamicQuantizer.Quantize(kept, new());
        Assert.Equal(["wide.weight"], report.Quantized.Select(weight => weight.Weight));
        Assert.StartsWith(
            "a small product of the model's own input",
            report.Kept.Single(tensor => tensor.Tensor == "entry.weight").Reason,
            StringComparison.Ordinal
        );

        using Model included = QuantizableModels.SmallEntry();
        Assert.Equal(2, DynamicQuantizer.Quantize(included, new() { Selection = new() { Include = ["MatMul"] } }).Quantized.Length);
    }

    [Fact]
    public void Quantize_Report_NamesEveryFloatConstant()
    {
        using Model model = QuantizableModels.ThreeProducts();
        QuantizationReport report = DynamicQuantizer.Quantize(model, new() { Selection = new() { Exclude = ["nar*"] } });

        Assert.Equal(["wide.weight", "last.weight"], report.Quantized.Select(weight => weight.Weight));
        KeptTensor kept = Assert.Single(report.Kept);
        Assert.Equal(
            ("narrow.weight", "narrow", "MatMul", 12 * 7 * 4L, "excluded by 'nar*'"),
            (kept.Tensor, kept.Node, kept.OpType, kept.Bytes, kept.Reason)
        );
        Assert.Equal((12 * 20) + (20 * 4) + (7 * 5) + (5 * 4), report.BytesAfter);
        Assert.All(report.Quantized, weight => Assert.InRange(weight.SignalToNoise, 35, 60));
    }

    [Fact]
    public void Quantize_Twice_IsRefused()
    {
        using Model model = QuantizableModels.ThreeProducts();
        DynamicQuantizer.Quantize(model, new());
        Assert.Equal(DiagnosticIds.QuantizedAlready, Assert.Throws<OnnxException>(() => DynamicQuantizer.Quantize(model, new())).Id);
    }

    [Fact]
    public void Quantize_OldOpset_IsRaised()
    {
        using Model model = QuantizableModels.ThreeProducts(opset: 10);
        QuantizationReport report = DynamicQuantizer.Quantize(model, new());
        Assert.Equal((10, 11, 11), (report.Opset!.From, report.Opset.To, model.Opset));
        using OrtModel runs = new(model);
    }

    [Fact]
    public void Quantize_WithoutAnOpset_IsRefused()
    {
        using Model model = QuantizableModels.ThreeProducts();
        model.OpsetImports.Remove("");
        Assert.Equal(DiagnosticIds.OpsetTooOld, Assert.Throws<OnnxException>(() => DynamicQuantizer.Quantize(model, new())).Id);
    }

    [Fact]
    public void Quantize_NothingSelected_IsRefused()
    {
        using Model model = QuantizableModels.ThreeProducts();
        OnnxException exception = Assert.Throws<OnnxException>(() =>
            DynamicQuantizer.Quantize(model, new() { Selection = new() { Include = ["Conv"] } })
        );
        Assert.Equal(DiagnosticIds.NothingToQuantize, exception.Id);
        Assert.Contains("not included", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void Quantize_WeightNotFinite_IsRefused(float poison)
    {
        GraphBuilder builder = new("poisoned", 20);
        Value x = builder.Input("x", ElementType.Float, 2, 3);
        Value w = builder.Weight("w", TensorData.FromArray([1f, 2f, 3f, poison, 5f, 6f], 3, 2));
        builder.Output(builder.Node("MatMul", "product", [x, w]), "y", ElementType.Float, 2, 2);
        using Model model = builder.Build();

        OnnxException exception = Assert.Throws<OnnxException>(() => DynamicQuantizer.Quantize(model, new()));
        Assert.Equal(DiagnosticIds.WeightNotFinite, exception.Id);
        Assert.Contains("'w'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Quantize_ColumnOfZeros_StaysZero()
    {
        GraphBuilder builder = new("zeros", 20);
        Value x = builder.Input("x", ElementType.Float, 1, 2);
        Value w = builder.Weight("w", TensorData.FromArray([0f, 1f, 0f, -1f], 2, 2));
        builder.Output(builder.Node("MatMul", "product", [x, w]), "wide_out", ElementType.Float, 1, 2);
        using Model model = builder.Build();
        DynamicQuantizer.Quantize(model, new());

        using OrtModel session = new(model);
        using OrtValue value = OrtModel.Tensor([3f, 5f], 1, 2);
        float[] y = session.Run(("x", value))["wide_out"];
        Assert.Equal(0, y[0]);
        Assert.Equal(-2, y[1], 0.05f);
    }

    [Fact]
    public void Quantize_Model_IsDeterministic()
    {
        using Model first = QuantizableModels.ThreeProducts();
        using Model second = QuantizableModels.ThreeProducts();
        DynamicQuantizer.Quantize(first, new());
        DynamicQuantizer.Quantize(second, new());
        Assert.Equal(ModelWriter.ToBytes(first), ModelWriter.ToBytes(second));
    }

    private static IReadOnlyDictionary<string, float[]> Run(Model model, float[] x)
    {
        using OrtModel session = new(model);
        using OrtValue value = OrtModel.Tensor(x, 2, 3, 12);
        return session.Run(("x", value));
    }

    private static float[] RunGemm(Model model, float[] x)
    {
        using OrtModel session = new(model);
        using OrtValue value = OrtModel.Tensor(x, 3, 9);
        return session.Run(("x", value))["y"];
    }

    private static float[] RunEmbedding(Model model)
    {
        using OrtModel session = new(model);
        using OrtValue value = OrtModel.Tensor(new long[] { 0, 29, 7 }, 3);
        return session.Run(("indices", value))["y"];
    }
}
