using VampNet.Onnx.Quantization;
using VampNet.Onnx.Tests.Rewriting;
using VampNet.TestSupport;

namespace VampNet.Onnx.Tests.Quantization;

/// <summary>The preparation of a graph before it is quantized.</summary>
public sealed class ModelPreparationTests
{
    [Theory]
    [InlineData("ir3_inputs.onnx", "2 changes from inputs with a default to constants")]
    [InlineData("conv_bn_clip.onnx", "1 factors and shifts put into weights")]
    [InlineData("cast_weights_fp16.onnx", "1 constants folded")]
    [InlineData("gemm_transB_alpha.onnx", "1 Gemm factors put into weights")]
    [InlineData("local_function.onnx", "functions inlined or removed (Lin)")]
    [InlineData("duplicate_names.onnx", "names made unique")]
    public void Prepare_Case_SaysWhatWasDone(string file, string expected)
    {
        using Model model = ModelReader.Read(Golden.Path($"cases/{file}"));
        Assert.Contains(ModelPreparation.Prepare(model), change => change.Contains(expected, StringComparison.Ordinal));
        Assert.Empty(ModelVerifier.Verify(model));
        DynamicOrStatic(model);
    }

    [Fact]
    public void Prepare_PlainProducts_ChangesNothing()
    {
        using Model model = QuantizableModels.ThreeProducts();
        Assert.Empty(ModelPreparation.Prepare(model));
    }

    [Fact]
    public void Prepare_OpsetOlderThanTheRuntimeRuns_IsRaised()
    {
        using Model model = QuantizableModels.ThreeProducts();
        model.OpsetImports[""] = 6;

        Assert.Contains("opset 6 to 7: no node had to change", ModelPreparation.Prepare(model));
        Assert.Equal(7, model.Opset);
    }

    [Theory]
    [InlineData("MatMul")]
    [InlineData("Gemm")]
    public void Prepare_ConstantOnTheOtherSide_IsQuantizedAfterwards(string opType)
    {
        GraphBuilder builder = new("g", 17);
        Value y;
        if (opType == "MatMul")
        {
            Value x = builder.Input("x", ElementType.Float, 2, 9, 7);
            y = builder.Node("MatMul", "p", [QuantizableModels.Weight(builder, "w", 61, 5, 9), x]);
        }
        else
        {
            Value x = builder.Input("x", ElementType.Float, 9, 7);
            y = builder.Node("Gemm", "p", [x, QuantizableModels.Weight(builder, "w", 61, 9, 5)], [("transA", 1L)]);
        }

        builder.Output(y, "y", ElementType.Float);
        y.Type = new TensorType(ElementType.Float, null);
        using Model model = builder.Build();
        double[][] before = OrtRunner.Run(model, new Dictionary<string, long>());
        Assert.Equal(["1 products turned so that their constant is on the right"], ModelPreparation.Prepare(model).AsEnumerable());
        RuleHarness.AssertClose(before, OrtRunner.Run(model, new Dictionary<string, long>()), 4e-6);
        Assert.Single(DynamicQuantizer.Quantize(model, new()).Quantized);
    }

    [Fact]
    public void Prepare_LargeWeightBehindACast_IsQuantizedAfterwards()
    {
        GraphBuilder builder = new("g", 17);
        Half[] numbers = [.. QuantizableModels.Numbers(71, 100 * 120).Select(number => (Half)number)];
        Value weight = builder.Node("Cast", "wide", [builder.Weight("w", TensorData.FromArray(numbers, 100, 120))], [("to", 1L)]);
        Value y = builder.Node("MatMul", "p", [builder.Input("x", ElementType.Float, 3, 100), weight]);
        builder.Output(y, "y", ElementType.Float, 3, 120);
        using Model model = builder.Build();
        double[][] before = OrtRunner.Run(model, new Dictionary<string, long>());
        Assert.Equal(["1 weights converted to float32"], ModelPreparation.Prepare(model).AsEnumerable());
        RuleHarness.AssertClose(before, OrtRunner.Run(model, new Dictionary<string, long>()), 0);
        Assert.Single(DynamicQuantizer.Quantize(model, new()).Quantized);
    }

    [Fact]
    public void Prepare_CastThatIsNoWeight_Stays()
    {
        GraphBuilder builder = new("g", 17);
        Half[] numbers = [.. QuantizableModels.Numbers(71, 100 * 120).Select(number => (Half)number)];
        Value wide = builder.Node("Cast", "wide", [builder.Weight("w", TensorData.FromArray(numbers, 100, 120))], [("to", 1L)]);
        Value y = builder.Node("Add", "s", [builder.Input("x", ElementType.Float, 3, 1, 120), wide]);
        builder.Output(y, "y", ElementType.Float, 3, 100, 120);
        using Model model = builder.Build();
        Assert.Empty(ModelPreparation.Prepare(model));
    }

    [Fact]
    public void Prepare_ReleasedClassifier_LeavesNoNormalizationBehindAConvolution()
    {
        using Model model = ModelReader.Read(Golden.Path("wild/ppocr_mobile_v2_cls.onnx"));
        Assert.Contains("35 factors and shifts put into weights", ModelPreparation.Prepare(model));
        Assert.DoesNotContain(model.Graph.Nodes, node => node.Is("BatchNormalization"));
    }

    private static void DynamicOrStatic(Model model)
    {
        bool hasProduct = model.Graph.Nodes.Any(node => node.OpType is "MatMul" or "Gemm");
        if (hasProduct)
        {
            Assert.NotEmpty(DynamicQuantizer.Quantize(model, new()).Quantized);
        }
        else
        {
            Assert.NotEmpty(StaticQuantizer.ActivationsToCalibrate(model, new()));
        }
    }
}
