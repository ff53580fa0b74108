using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using VampNet.Onnx.Quantization;
using VampNet.Onnx.Quantization.Calibration;
using VampNet.Onnx.ShapeInference;
using RuntimeType = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace VampNet.Onnx.Tests.Quantization;

/// <summary>Graphs that compute in float16, bfloat16 and float64, in every scheme of integers.</summary>
public class OtherFloatTypesTests
{
    // The results' magnitudes stay below it.
    private const float Largest = 8;

    [Theory]
    [InlineData(ElementType.Float16, "2 products of float16 computed in float32")]
    [InlineData(ElementType.Double, "2 products of double computed in float32")]
    public void Prepare_ProductsOfAnotherType_ComputeInFloat32(ElementType type, string change)
    {
        using Model model = Mlp(type);
        string[] before = Interface(model);

        Assert.Contains(change, ModelPreparation.Prepare(model));

        Assert.Equal(before, Interface(model));
        Assert.DoesNotContain(
            model.Graph.Nodes.Where(node => node.Is("MatMul") || node.Is("Relu")).SelectMany(node => node.Inputs),
            value => value!.TensorType?.ElementType == type
        );
        // Relu follows a product and reads nothing else: no conversion stands between.
        Assert.Equal(2, model.Graph.Nodes.Count(node => node.Is("Cast")));
        Assert.Equal(["w", "u"], model.Graph.Initializers.Select(value => value.Name));
        AssertValid(model);
    }

    [Fact]
    public void Prepare_ProductBehindAnOperatorThatInferenceDoesNotKnow_StaysAsItIs()
    {
        GraphBuilder builder = new("custom", 17);
        Value x = builder.Input("x", ElementType.Float16, 2, 9);
        Value odd = builder.Node("Odd", "odd", [x], domain: "com.example");
        Value w = builder.Weight("w", TensorData.FromArray(new Half[9 * 4], 9, 4));
        Value first = builder.Node("MatMul", "first", [odd, w]);
        builder.Output(builder.Node("Relu", "last", [first]), "y", ElementType.Float16, 2, 4);
        using Model model = builder.Build();

        _ = ModelPreparation.Prepare(model);

        Assert.Equal(["Odd", "MatMul", "Relu"], model.Graph.Nodes.Select(node => node.OpType));
    }

    [Theory]
    [InlineData(ElementType.Float16)]
    [InlineData(ElementType.BFloat16)]
    [InlineData(ElementType.Double)]
    public void Quantize_EveryScheme_KeepsTheInterfaceAndComputesAsInFloat32(ElementType type)
    {
        foreach (string scheme in (string[])["dynamic", "static", "weight-only"])
        {
            using Model single = Mlp(ElementType.Float);
            _ = Quantize(single, scheme);
            float[] expected = Run(single, ElementType.Float);
            using Model model = Mlp(type);
            string[] before = Interface(model);
            _ = ModelPreparation.Prepare(model);

            QuantizationReport report = Quantize(model, scheme);

            Assert.Equal(["w", "u"], report.Quantized.Select(weight => weight.Weight));
            Assert.Equal(before, Interface(model));
            AssertValid(model);
            // Inputs and weights are the same numbers in each type; only the result is rounded.
            float bound = type switch
            {
                ElementType.Float16 => Largest / 2048,
                ElementType.BFloat16 => Largest / 256,
                _ => 0,
            };
            Assert.All(expected.Zip(Run(model, type)), pair => Assert.Equal(pair.First, pair.Second, bound));
        }
    }

    [Theory]
    [InlineData(WeightOnlyForm.MatMulNBits, "MatMulNBits")]
    [InlineData(WeightOnlyForm.DequantizeLinear, "DequantizeLinear")]
    public void Quantize_WeightOnlyOfFloat16_StaysFloat16(WeightOnlyForm form, string opType)
    {
        WeightOnlyOptions options = new() { Form = form, AccuracyLevel = 1 };
        using Model single = Mlp(ElementType.Float);
        _ = WeightOnlyQuantizer.Quantize(single, options);
        float[] expected = Run(single, ElementType.Float);
        using Model model = Mlp(ElementType.Float16);
        _ = ModelPreparation.Prepare(model, keepFloat16: true);

        QuantizationReport report = WeightOnlyQuantizer.Quantize(model, options);

        Assert.Equal(2 * 32 * 32 * sizeof(ushort), report.BytesBefore);
        Assert.DoesNotContain(model.Graph.Nodes, node => node.Is("Cast"));
        Assert.All(
            model.Graph.Nodes.Where(node => node.OpType == opType),
            node => Assert.Equal(ElementType.Float16, node.Inputs[form == WeightOnlyForm.MatMulNBits ? 2 : 1]!.Constant!.ElementType)
        );
        AssertValid(model);
        // 32 terms of factors up to 1 and 1/2 from scales, operands and sums of 11 digits; then of factors up to 8 and 1/2.
        const float First = 32 * 0.5f * 3 / 2048;
        const float Second = (32 * 0.5f * First) + (32 * 0.5f * Largest * 3 / 2048);
        Assert.All(expected.Zip(Run(model, ElementType.Float16)), pair => Assert.Equal(pair.First, pair.Second, Second));
    }

    [Fact]
    public void Quantize_SmallWeightsInFloat16_AreRoundedToTheirRoundedScales()
    {
        // 1e-4/127 is subnormal in float16, whose smallest number is 6e-8.
        float[] small = Array.ConvertAll(QuantizableModels.Numbers(5, 32 * 32), value => value * 1e-4f);
        BlockwiseWeight blocks = BlockwiseWeight.Choose("w", TensorData.FromArray(small, 32, 32), 8, 32, true, halfScales: true);
        Assert.All(blocks.Scales, scale => Assert.Equal((float)(Half)scale, scale));
        BlockwiseWeight exact = BlockwiseWeight.Choose("w", TensorData.FromArray(small, 32, 32), 8, 32, true);
        // A scale that is too large by up to 4 % has steps as much larger; one that is too small lets the largest weights saturate by 4 %.
        Assert.InRange(blocks.SignalToNoise, exact.SignalToNoise - 3, exact.SignalToNoise + 0.5);
    }

    [Theory]
    [InlineData(ElementType.Float16)]
    [InlineData(ElementType.BFloat16)]
    public void Quantize_WeightThatStays_IsStoredAsBefore(ElementType type)
    {
        using Model model = Mlp(type);
        _ = ModelPreparation.Prepare(model);

        QuantizationReport report = DynamicQuantizer.Quantize(model, new() { Selection = new() { Exclude = ["first"] } });

        KeptTensor kept = Assert.Single(report.Kept);
        Assert.Equal(("w", 32 * 32 * 2L, "excluded by 'first'"), (kept.Tensor, kept.Bytes, kept.Reason));
        Assert.Equal(type, model.Graph.Initializers.Single(value => value.Name == "w").Constant!.ElementType);
        AssertValid(model);
        _ = Run(model, type);
    }

    [Fact]
    public void Apply_TableOfGather_IsConvertedBehindTheLookup()
    {
        using Model model = Lookup();
        _ = ModelPreparation.Prepare(model);
        Assert.Equal(ElementType.Float, model.Graph.Initializers.Single(value => value.Name == "table").Constant!.ElementType);

        _ = DynamicQuantizer.Quantize(model, new() { Selection = new() { Include = ["product"] } });

        Node gather = model.Graph.Nodes.Single(node => node.Is("Gather"));
        Assert.Equal(ElementType.Float16, gather.Inputs[0]!.Constant!.ElementType);
        Assert.Equal(ElementType.Float16, gather.Outputs[0].TensorType!.ElementType);
        AssertValid(model);

        using Model tables = Lookup();
        _ = ModelPreparation.Prepare(tables);
        QuantizationReport report = DynamicQuantizer.Quantize(
            tables,
            new()
            {
                EmbeddingTables = true,
                Selection = new() { Include = ["*"] },
            }
        );
        Assert.Equal(["table", "w"], report.Quantized.Select(weight => weight.Weight));
        AssertValid(tables);
    }

    [Fact]
    public void Apply_ModelOfFloat32_StaysAsItIs()
    {
        using Model model = Mlp(ElementType.Float);
        Assert.Equal(0, NarrowStorage.Apply(model));
        Assert.Empty(ModelPreparation.Prepare(model));
    }

    [Fact]
    public void Prepare_FloatIslandInFloat16_IsReadWithoutDetour()
    {
        // An exporter computes the normalization in float32; between it and the products is no rounding to float16 any longer.
        Graph graph = new("island");
        Value x = graph.AddInput("x", new TensorType(ElementType.Float16, TensorShape.Of(3, 32)));
        Value first = graph.AddNode("MatMul", [x, Weight(graph, "w", ElementType.Float16)], ["first"]).Outputs[0];
        Value wide = graph.AddNode("Cast", [first], ["wide"], [("to", 1L)]).Outputs[0];
        Value narrow = graph.AddNode("Cast", [graph.AddNode("Softsign", [wide], ["soft"]).Outputs[0]], ["narrow"], [("to", 10L)]).Outputs[
            0
        ];
        graph.AddOutput(graph.AddNode("MatMul", [narrow, Weight(graph, "u", ElementType.Float16)], ["y"]).Outputs[0]);
        using Model model = Build(graph);

        _ = ModelPreparation.Prepare(model);

        Assert.Equal(["Cast", "MatMul", "Softsign", "MatMul", "Cast"], model.Graph.Nodes.Select(node => node.OpType));
        AssertValid(model);
    }

    [Fact]
    public void Prepare_Float64BesideTheProducts_StaysFloat64()
    {
        Graph graph = new("beside");
        Value x = graph.AddInput("x", new TensorType(ElementType.Double, TensorShape.Of(3, 32)));
        Value first = graph.AddNode("MatMul", [x, Weight(graph, "w", ElementType.Double)], ["first"]).Outputs[0];
        Value sine = graph.AddNode("Sin", [x], ["sine"]).Outputs[0];
        graph.AddOutput(graph.AddNode("Mul", [first, sine], ["y"]).Outputs[0]);
        using Model model = Build(graph);

        Assert.Equal(["1 products of double computed in float32"], ModelPreparation.Prepare(model).AsEnumerable());

        Assert.Equal(ElementType.Double, model.Graph.Nodes.Single(node => node.Is("Sin")).Inputs[0]!.TensorType!.ElementType);
        Assert.Equal(ElementType.Double, model.Graph.Nodes.Single(node => node.Is("Mul")).Inputs[0]!.TensorType!.ElementType);
        AssertValid(model);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Quantize_LstmOfFloat16_StoresItsWeights(bool weightOnly)
    {
        Graph graph = new("lstm");
        Value x = graph.AddInput("x", new TensorType(ElementType.Float16, TensorShape.Of(3, 1, 32)));
        Value w = graph.AddInitializer("w", Half(QuantizableModels.Numbers(3, 4 * 8 * 32), 1, 32, 32));
        Value r = graph.AddInitializer("r", Half(QuantizableModels.Numbers(4, 4 * 8 * 8), 1, 32, 8));
        graph.AddOutput(graph.AddNode("LSTM", [x, w, r], ["y"], [("hidden_size", 8L)]).Outputs[0]);
        using Model model = Build(graph);
        _ = ModelPreparation.Prepare(model, keepFloat16: weightOnly);

        QuantizationReport report = weightOnly ? WeightOnlyQuantizer.Quantize(model, new()) : DynamicQuantizer.Quantize(model, new());

        Assert.Equal(["w", "r"], report.Quantized.Select(weight => weight.Weight));
        AssertValid(model);
        using OrtValue value = OrtValue.CreateTensorValueFromMemory(
            Array.ConvertAll(QuantizableModels.Numbers(9, 96), v => (Float16)v),
            [3, 1, 32]
        );
        using OrtSession session = new(model);
        Assert.Equal(RuntimeType.Float16, session.Run(value).Type);
    }

    private static QuantizationReport Quantize(Model model, string scheme) =>
        scheme switch
        {
            "dynamic" => DynamicQuantizer.Quantize(model, new()),
            "static" => StaticQuantizer.Quantize(
                model,
                new()
                {
                    Calibration = new()
                    {
                        Ranges = StaticQuantizer
                            .ActivationsToCalibrate(model, new())
                            .ToDictionary(
                                name => name,
                                name => new ActivationRange(name.StartsWith('x') ? -1 : -8, name.StartsWith('x') ? 1 : 8)
                            ),
                    },
                }
            ),
            _ => WeightOnlyQuantizer.Quantize(model, new()),
        };

    /// <summary>y = relu(x W) U; x [3,32], W and U [32,32].</summary>
    private static Model Mlp(ElementType type)
    {
        Graph graph = new("mlp");
        Value x = graph.AddInput("x", new TensorType(type, TensorShape.Of(3, 32)));
        Value first = graph.AddNode("MatMul", [x, Weight(graph, "w", type)], ["first"], name: "first").Outputs[0];
        Value relu = graph.AddNode("Relu", [first], ["relu"], name: "relu").Outputs[0];
        graph.AddOutput(graph.AddNode("MatMul", [relu, Weight(graph, "u", type)], ["y"], name: "second").Outputs[0]);
        return Build(graph);
    }

    private static Model Lookup()
    {
        Graph graph = new("lookup");
        Value indices = graph.AddInput("indices", new TensorType(ElementType.Int64, TensorShape.Of(5)));
        Value table = graph.AddInitializer("table", Half(QuantizableModels.Numbers(8, 64 * 32), 64, 32));
        Value rows = graph.AddNode("Gather", [table, indices], ["rows"], name: "rows").Outputs[0];
        graph.AddOutput(graph.AddNode("MatMul", [rows, Weight(graph, "w", ElementType.Float16)], ["y"], name: "product").Outputs[0]);
        return Build(graph);
    }

    // Sixteenths, which every type holds.
    private static Value Weight(Graph graph, string name, ElementType type)
    {
        float[] values = Array.ConvertAll(QuantizableModels.Numbers(name[0], 32 * 32), value => MathF.Round(value * 8) / 16);
        return graph.AddInitializer(
            name,
            type switch
            {
                ElementType.Float16 => Half(values, 32, 32),
                ElementType.BFloat16 => TensorData.FromBytes(type, Brain(values), 32, 32),
                ElementType.Double => TensorData.FromArray(Array.ConvertAll(values, value => (double)value), 32, 32),
                _ => TensorData.FromArray(values, 32, 32),
            }
        );
    }

    private static TensorData Half(float[] values, params long[] shape) =>
        TensorData.FromBytes(
            ElementType.Float16,
            MemoryMarshal.AsBytes(Array.ConvertAll(values, value => (Half)value).AsSpan()).ToArray(),
            shape
        );

    private static byte[] Brain(float[] values) =>
        MemoryMarshal.AsBytes(Array.ConvertAll(values, value => (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16)).AsSpan()).ToArray();

    private static Model Build(Graph graph)
    {
        Model model = new(graph, 10) { OpsetImports = { [""] = 21 } };
        Assert.Empty(ShapeInferencePass.Run(model).Diagnostics);
        return model;
    }

    private static string[] Interface(Model model) => [.. model.Graph.Inputs.Concat(model.Graph.Outputs).Select(value => value.ToString())];

    private static void AssertValid(Model model)
    {
        Assert.Empty(ModelVerifier.Verify(model));
        Assert.Empty(ShapeInferencePass.Run(model).Diagnostics);
    }

    private static float[] Run(Model model, ElementType type)
    {
        // Sixteenths too.
        float[] x = Array.ConvertAll(QuantizableModels.Numbers(7, 3 * 32), value => MathF.Round(value * 16) / 16);
        using OrtSession session = new(model);
        using OrtValue value = type switch
        {
            ElementType.Float16 => OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(x, number => (Float16)number), [3, 32]),
            ElementType.BFloat16 => OrtValue.CreateTensorValueFromMemory(MemoryMarshal.Cast<byte, BFloat16>(Brain(x)).ToArray(), [3, 32]),
            ElementType.Double => OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(x, number => (double)number), [3, 32]),
            _ => OrtValue.CreateTensorValueFromMemory(x, [3, 32]),
        };
        return session.Run(value).Values;
    }

    private sealed class OrtSession : IDisposable
    {
        private readonly InferenceSession _session;

        public OrtSession(Model model)
        {
            using SessionOptions options = new() { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
            _session = new InferenceSession(ModelWriter.ToBytes(model), options);
        }

        public (float[] Values, RuntimeType Type) Run(OrtValue input)
        {
            using RunOptions options = new();
            using IDisposableReadOnlyCollection<OrtValue> outputs = _session.Run(
                options,
                [_session.InputNames[0]],
                [input],
                [_session.OutputNames[0]]
            );
            RuntimeType type = outputs[0].GetTensorTypeAndShape().ElementDataType;
            float[] values = type switch
            {
                RuntimeType.Float16 => Array.ConvertAll(outputs[0].GetTensorDataAsSpan<Float16>().ToArray(), value => (float)value),
                RuntimeType.BFloat16 => Array.ConvertAll(outputs[0].GetTensorDataAsSpan<BFloat16>().ToArray(), value => (float)value),
                RuntimeType.Double => Array.ConvertAll(outputs[0].GetTensorDataAsSpan<double>().ToArray(), value => (float)value),
                _ => outputs[0].GetTensorDataAsSpan<float>().ToArray(),
            };
            return (values, type);
        }

        public void Dispose() => _session.Dispose();
    }
}
