using Microsoft.ML.OnnxRuntime;
using VampNet.Onnx.Quantization;
using VampNet.Onnx.Quantization.Calibration;

namespace VampNet.Onnx.Tests.Quantization;

public class StaticQuantizerTests
{
    private const int Samples = 40;

    private const string EmbeddingReason = "an embedding table; these are quantized on request only";

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
        StaticQuantizationOptions options = new()
        {
            Selection = Everything,
            Granularity = granularity,
            SignedActivations = signed,
        };

        QuantizationReport report = StaticQuantizer.Quantize(
            model,
            options with
            {
                Calibration = new() { Ranges = Calibrate(options, x) },
            }
        );

        Assert.InRange(SignalToNoise(expected, Run(model, x)), 30, 60);
        Assert.Equal(["up.weight", "down.weight", "mix.weight"], report.Quantized.Select(weight => weight.Weight));
        Assert.Empty(report.Kept);
        Assert.Empty(ModelVerifier.Verify(model));
    }

    [Fact]
    public void Quantize_Convolution_RunsAsIntegersInOnnxRuntime()
    {
        using Model model = Convolutions();
        StaticQuantizationOptions options = new() { Selection = Everything };
        StaticQuantizer.Quantize(
            model,
            options with
            {
                Calibration = new() { Ranges = Calibrate(options, QuantizableModels.Numbers(31, 3 * Samples)) },
            }
        );
        IReadOnlyList<string> operators = OrtModel.OptimizedOperators(model);
        Assert.Contains("QLinearConv", operators);
        Assert.Contains("QLinearMatMul", operators);
        Assert.DoesNotContain("Conv", operators);
    }

    [Theory]
    [InlineData("MaxPool")]
    [InlineData("Add")]
    [InlineData("Concat")]
    [InlineData("AveragePool")]
    [InlineData("Resize")]
    public void Quantize_BetweenConvolutions_StaysInIntegers(string opType)
    {
        GraphBuilder builder = new("between", 17);
        Value x = builder.Input("x", ElementType.Float, 1, 4, 8, 8);
        Value a = builder.Node("Conv", "a", [x, QuantizableModels.Weight(builder, "wa", 61, 6, 4, 1, 1)]);
        Value? b = opType is "Add" or "Concat"
            ? builder.Node("Conv", "b", [x, QuantizableModels.Weight(builder, "wb", 62, 6, 4, 1, 1)])
            : null;
        Value between = opType switch
        {
            "MaxPool" or "AveragePool" => builder.Node(opType, "between", [a], [("kernel_shape", new long[] { 2, 2 })]),
            "Add" => builder.Node(opType, "between", [a, b]),
            "Concat" => builder.Node(opType, "between", [a, b], [("axis", 1L)]),
            _ => builder.Node(opType, "between", [a, null, builder.Constant("scales", TensorData.FromArray([1f, 1f, 2f, 2f], 4))]),
        };
        Value last = builder.Node(
            "Conv",
            "last",
            [between, QuantizableModels.Weight(builder, "wl", 63, 3, opType == "Concat" ? 12 : 6, 1, 1)]
        );
        builder.Output(last, "y", ElementType.Float, 1, 3, Dim.Unknown(), Dim.Unknown());
        using Model model = builder.Build();
        Dictionary<string, ActivationRange> ranges = new()
        {
            ["x"] = new(-2, 2),
            ["a"] = new(-5, 5),
            ["b"] = new(-4, 4),
            ["between"] = new(-3, 5),
            ["y"] = new(-6, 6),
        };

        StaticQuantizer.Quantize(
            model,
            new()
            {
                Selection = Everything,
                Calibration = new() { Ranges = ranges },
            }
        );

        IReadOnlyList<string> operators = OrtModel.OptimizedOperators(model);
        Assert.True(operators.Count(op => op == "QuantizeLinear") == 1, string.Join(' ', operators));
        Assert.True(operators.Count(op => op == "DequantizeLinear") == 1, string.Join(' ', operators));
        Assert.DoesNotContain("Conv", operators);
    }

    [Theory]
    [InlineData("Relu")]
    [InlineData("Clip")]
    public void Quantize_ActivationBehindAConvolution_GoesIntoItsRange(string opType)
    {
        GraphBuilder builder = new("activated", 20);
        Value x = builder.Input("x", ElementType.Float, 1, 3, Samples);
        Value y = builder.Node("Conv", "conv", [x, QuantizableModels.Weight(builder, "w", 51, 5, 3, 3)]);
        y = builder.Node(opType, "act", opType == "Relu" ? [y] : [y, builder.Constant(0f), builder.Constant(6f)]);
        builder.Output(y, "y", ElementType.Float, 1, 5, Samples - 2);
        using Model model = builder.Build();
        StaticQuantizationOptions options = new() { Selection = Everything };
        Assert.Equal(["x", "conv", "y"], StaticQuantizer.ActivationsToCalibrate(model, options));
        Dictionary<string, ActivationRange> ranges = new()
        {
            ["x"] = new ActivationRange(-2, 2),
            ["conv"] = new ActivationRange(-5, 5),
            ["y"] = new ActivationRange(0, 5),
        };
        StaticQuantizer.Quantize(model, options with { Calibration = new() { Ranges = ranges } });
        IReadOnlyList<string> operators = OrtModel.OptimizedOperators(model);
        Assert.Contains("QLinearConv", operators);
        Assert.DoesNotContain(opType, operators);
    }

    [Fact]
    public void Quantize_ConvTranspose_StoresItsWeightAloneUnlessIncluded()
    {
        float[] x = QuantizableModels.Numbers(31, 3 * Samples);
        using Model asked = Convolutions();
        StaticQuantizationOptions options = new() { Selection = Everything };
        Dictionary<string, ActivationRange> ranges = Calibrate(options, x);
        StaticQuantizer.Quantize(asked, options with { Calibration = new() { Ranges = ranges } });
        Assert.Contains("ConvTranspose", OrtModel.OptimizedOperators(asked));

        using Model model = Convolutions();
        float[] expected = Run(model, x);
        Assert.Equal(["up", "down", "rows", "mix"], StaticQuantizer.ActivationsToCalibrate(model, new()));
        QuantizationReport report = StaticQuantizer.Quantize(model, new() { Calibration = new() { Ranges = ranges } });
        Assert.Equal(
            ["int8 per channel, computed in float32", "int8 per channel", "int8 per channel"],
            report.Quantized.Select(weight => weight.Format)
        );
        Assert.Equal(
            ("up.bias", "it belongs to a node that computes in float32"),
            (Assert.Single(report.Kept).Tensor, report.Kept[0].Reason)
        );
        Assert.Empty(ModelVerifier.Verify(model));
        Assert.InRange(SignalToNoise(expected, Run(model, x)), 30, 60);
    }

    [Theory]
    [InlineData(1, WeightGranularity.PerChannel, 8 * 4)]
    [InlineData(3, WeightGranularity.PerChannel, 6 * 4)]
    [InlineData(3, WeightGranularity.PerTensor, 4)]
    public void Quantize_StoredWeight_IsRestoredWhenTheGraphLoads(int groups, WeightGranularity granularity, int scaleBytes)
    {
        using Model model = Upsampling(groups);
        float[] x = QuantizableModels.Numbers(41, 6 * 10);
        float[] expected = Run(model, x, "up", 1, 6, 10);
        QuantizationReport report = StaticQuantizer.Quantize(model, new() { Granularity = granularity });

        Assert.Equal((6 * 8 * 4) + scaleBytes, Assert.Single(report.Quantized).BytesAfter);
        Assert.Equal(["ConvTranspose"], OrtModel.OptimizedOperators(model));
        Assert.Empty(ModelVerifier.Verify(model));
        Assert.InRange(SignalToNoise(expected, Run(model, x, "up", 1, 6, 10)), 35, 60);
    }

    [Fact]
    public void Quantize_ProductThatDecidesAChoice_StoresItsWeightAlone()
    {
        using Model model = Search();
        QuantizationReport report = StaticQuantizer.Quantize(model, new());
        Assert.Equal(
            ("codewords", "int8 per channel, computed in float32"),
            (Assert.Single(report.Quantized).Weight, report.Quantized[0].Format)
        );
        Assert.Equal(EmbeddingReason, Assert.Single(report.Kept).Reason);
        Assert.Contains("MatMul", OrtModel.OptimizedOperators(model));

        using Model asked = Search();
        Assert.Equal(["x", "similarity"], StaticQuantizer.ActivationsToCalibrate(asked, new() { Selection = Everything }));
    }

    [Theory]
    [InlineData(false, "codewords, projection")]
    [InlineData(true, "codewords")]
    public void Quantize_ProjectionIntoASearch_IsStoredUnlessSomethingBends(bool bends, string stored)
    {
        GraphBuilder builder = new("search", 20);
        Value x = builder.Input("x", ElementType.Float, 1, 6, 5);
        Value projected = builder.Node(
            "Conv",
            "projected",
            [x, QuantizableModels.Weight(builder, "projection", 46, 7, 6, 1), QuantizableModels.Weight(builder, "bias", 48, 7)],
            [("kernel_shape", new long[] { 1 })]
        );
        projected = bends ? builder.Node("Relu", "bent", [projected]) : projected;
        Value byFrame = builder.Node("Transpose", "by_frame", [projected], [("perm", new long[] { 0, 2, 1 })]);
        Value similarity = builder.Node("MatMul", "similarity", [byFrame, QuantizableModels.Weight(builder, "codewords", 47, 7, 9)]);
        builder.Output(builder.Node("ArgMax", "code", [similarity], [("axis", 2L), ("keepdims", 0L)]), "code", ElementType.Int64, 1, 5);
        using Model model = builder.Build();

        Dictionary<string, ActivationRange> ranges = new() { ["x"] = new(-1, 1), ["projected"] = new(-3, 3) };
        QuantizationReport report = StaticQuantizer.Quantize(model, new() { Calibration = new() { Ranges = ranges } });

        Assert.Equal(2, report.Quantized.Length);
        Assert.Equal(
            stored,
            string.Join(
                ", ",
                report
                    .Quantized.Where(weight => weight.Format.EndsWith("float32", StringComparison.Ordinal))
                    .Select(weight => weight.Weight)
                    .Order(StringComparer.Ordinal)
            )
        );
        Assert.Equal(bends ? [] : ["it belongs to a node that computes in float32"], report.Kept.Select(kept => kept.Reason));
        Assert.Empty(ModelVerifier.Verify(model));
    }

    [Fact]
    public void Quantize_EmbeddingTables_OnRequest()
    {
        using Model model = Search();
        QuantizationReport report = StaticQuantizer.Quantize(model, new() { EmbeddingTables = true });
        Assert.Equal(["int8 per channel, computed in float32", "int8 per row"], report.Quantized.Select(weight => weight.Format));
        Assert.Empty(report.Kept);
        Assert.Empty(ModelVerifier.Verify(model));

        using Model rows = Search();
        float[] x = QuantizableModels.Numbers(45, 5 * 7);
        float[] expected = Run(rows, x, "y", 5, 7);
        StaticQuantizer.Quantize(
            rows,
            new()
            {
                EmbeddingTables = true,
                Selection = new() { Exclude = ["MatMul"] },
            }
        );
        float[] actual = Run(rows, x, "y", 5, 7);
        Assert.NotEqual(expected, actual);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 0.5f / 127));
    }

    [Fact]
    public void Quantize_GraphOutputs_KeepTheirNames()
    {
        using Model model = Convolutions();
        StaticQuantizationOptions options = new() { Selection = Everything };
        string[] before = [.. model.Graph.Outputs.Select(output => output.ToString())];
        StaticQuantizer.Quantize(
            model,
            options with
            {
                Calibration = new() { Ranges = Calibrate(options, QuantizableModels.Numbers(31, 3 * Samples)) },
            }
        );
        Assert.Equal(before, model.Graph.Outputs.Select(output => output.ToString()));
    }

    [Fact]
    public void Quantize_MissingRangeOfAConvolution_StoresItsWeightAndSaysSo()
    {
        using Model model = Convolutions();
        StaticQuantizationOptions options = new() { Selection = Everything };
        Dictionary<string, ActivationRange> ranges = Calibrate(options, QuantizableModels.Numbers(31, 3 * Samples));
        ranges.Remove("down");
        QuantizationReport report = StaticQuantizer.Quantize(model, options with { Calibration = new() { Ranges = ranges } });
        Assert.Equal(["down.bias"], report.Kept.Select(kept => kept.Tensor));
        Assert.Equal("int8 per channel, computed in float32", report.Quantized.Single(weight => weight.Weight == "down.weight").Format);
        Assert.Equal(new KeptNode("down", "Conv", "computed in float32, with its weight stored as int8"), Assert.Single(report.Unseen));
    }

    [Fact]
    public void Quantize_OldOpset_IsRaised()
    {
        using Model model = Convolutions();
        model.OpsetImports[""] = 12;
        StaticQuantizationOptions options = new() { Selection = Everything };
        QuantizationReport report = StaticQuantizer.Quantize(
            model,
            options with
            {
                Calibration = new() { Ranges = Calibrate(options, QuantizableModels.Numbers(31, 3 * Samples)) },
            }
        );
        Assert.Equal("opset 12 to 13: no node had to change", report.Opset!.ToString());
        Assert.Equal(13, model.Opset);
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
            "ConvTranspose",
            "up",
            [x, QuantizableModels.Weight(builder, "up.weight", 32, 3, 8, 4), QuantizableModels.Weight(builder, "up.bias", 33, 8)],
            [("strides", new long[] { 2 }), ("pads", new long[] { 1, 1 })]
        );
        Value down = builder.Node(
            "Conv",
            "down",
            [up, QuantizableModels.Weight(builder, "down.weight", 34, 5, 8, 7), QuantizableModels.Weight(builder, "down.bias", 35, 5)],
            [("pads", new long[] { 3, 3 })]
        );
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
        using OrtValue value = OrtModel.Tensor(x, 1, 3, Samples);
        Dictionary<string, ActivationRange> ranges = session.Run(("x", value)).ToDictionary(pair => pair.Key, pair => RangeOf(pair.Value));
        ranges["x"] = RangeOf(x);
        using Model model = Convolutions();
        Assert.Equal(
            StaticQuantizer.ActivationsToCalibrate(model, options).Order(StringComparer.Ordinal),
            ranges.Keys.Order(StringComparer.Ordinal)
        );
        return ranges;
    }

    private static ActivationRange RangeOf(float[] values) => new(values.Min(), values.Max());

    /// <summary>x [1,6,10] through ConvTranspose to 8 channels of each group.</summary>
    private static Model Upsampling(int groups)
    {
        GraphBuilder builder = new("upsampling", 20);
        Value x = builder.Input("x", ElementType.Float, 1, 6, 10);
        Value up = builder.Node(
            "ConvTranspose",
            "up",
            [x, QuantizableModels.Weight(builder, "up.weight", 42, 6, 8, 4)],
            [("strides", new long[] { 2 }), ("group", (long)groups)]
        );
        builder.Output(up, "up", ElementType.Float, 1, 8 * groups, 22);
        return builder.Build();
    }

    /// <summary>x [5,7] to the nearest of 9 codewords, and what that codeword stands for [5,4].</summary>
    private static Model Search()
    {
        GraphBuilder builder = new("search", 20);
        Value x = builder.Input("x", ElementType.Float, 5, 7);
        Value similarity = builder.Node("MatMul", "similarity", [x, QuantizableModels.Weight(builder, "codewords", 43, 7, 9)]);
        Value code = builder.Node("ArgMax", "code", [similarity], [("axis", 1L), ("keepdims", 0L)]);
        builder.Output(
            builder.Node("Gather", "rows", [QuantizableModels.Weight(builder, "rows.table", 44, 9, 4), code]),
            "y",
            ElementType.Float,
            5,
            4
        );
        return builder.Build();
    }

    private static double SignalToNoise(float[] expected, float[] actual) =>
        10 * Math.Log10(expected.Sum(value => (double)value * value) / expected.Zip(actual, (a, b) => Math.Pow(a - b, 2)).Sum());

    private static float[] Run(Model model, float[] x, string output = "mix", params long[] shape)
    {
        using OrtModel session = new(model);
        using OrtValue value = OrtModel.Tensor(x, shape is [] ? [1, 3, Samples] : shape);
        return session.Run(("x", value))[output];
    }
}
