using Microsoft.ML.OnnxRuntime;
using VampNet.Onnx.Quantization;
using VampNet.TestSupport;

namespace VampNet.Onnx.Tests.Quantization;

public class DynamicLstmTests
{
    private const int Steps = 5;
    private const int Batch = 3;
    private const int Inputs = 7;
    private const int Units = 6;

    // Each of 13 terms of a gate errs by up to half a step of its factors, 0.2 and 0.4 % of them: on average less than 3 %.
    private const double LeastDecibels = 30;

    [Theory]
    [InlineData("forward", "")]
    [InlineData("reverse", "")]
    [InlineData("bidirectional", "")]
    [InlineData("bidirectional", "lengths")]
    [InlineData("bidirectional", "states")]
    [InlineData("forward", "peepholes")]
    [InlineData("forward", "coupled")]
    [InlineData("bidirectional", "clip")]
    [InlineData("bidirectional", "activations")]
    public void Quantize_Layer_GivesAllOutputsOfLstm(string direction, string feature)
    {
        using Model model = Layer(direction, feature);
        Dictionary<string, float[]> expected = Run(model);

        QuantizationReport report = DynamicQuantizer.Quantize(model, new() { LeastLstmUnits = Units });

        Assert.Equal(["w", "r"], report.Quantized.Select(weight => weight.Weight));
        Assert.All(report.Quantized, weight => Assert.Equal(("DynamicQuantizeLSTM", "int8 per gate row"), (weight.OpType, weight.Format)));
        Assert.All(report.Quantized, weight => Assert.InRange(weight.SignalToNoise, 35, 60));
        Assert.Equal(["b"], report.Kept.Select(kept => kept.Tensor).Intersect(["b", "w", "r"]));
        Assert.Equal(("DynamicQuantizeLSTM", "com.microsoft"), (model.Graph.Nodes[^1].OpType, model.Graph.Nodes[^1].Domain));
        Assert.Empty(ModelVerifier.Verify(model));
        Dictionary<string, float[]> actual = Run(model);
        Assert.Equal(["y", "y_h", "y_c"], actual.Keys);
        Assert.All(actual.Keys, name => Assert.InRange(SignalToNoise(expected[name], actual[name]), LeastDecibels, 90));
    }

    [Fact]
    public void Quantize_StaticScheme_TakesTheLayerToo()
    {
        using Model model = Layer("forward", "");
        Assert.Equal(
            ["DynamicQuantizeLSTM", "DynamicQuantizeLSTM"],
            StaticQuantizer.Quantize(model, new() { LeastLstmUnits = Units }).Quantized.Select(weight => weight.OpType)
        );
        _ = Run(model);
    }

    [Fact]
    public void Quantize_TwoLayersOfOneWeight_ShareItsIntegers()
    {
        using Model model = Layer("forward", "twice");
        Assert.Equal(4, DynamicQuantizer.Quantize(model, new() { LeastLstmUnits = Units }).Quantized.Length);
        Assert.Equal(2, model.Graph.Initializers.Count(value => value.Name.EndsWith(".quantized", StringComparison.Ordinal)));
        Assert.DoesNotContain(model.Graph.Initializers, value => value.Name is "w" or "r");
        _ = Run(model);
    }

    [Theory]
    [InlineData("", Units + 1)]
    [InlineData("", int.MaxValue)]
    [InlineData("layout", Units)]
    public void Quantize_LayerThatDoesNotFit_StoresItsWeights(string feature, int leastUnits)
    {
        using Model model = Layer("forward", feature);
        QuantizationReport report = DynamicQuantizer.Quantize(model, new() { LeastLstmUnits = leastUnits });
        Assert.All(report.Quantized, weight => Assert.Equal("LSTM", weight.OpType));
        Assert.Contains(model.Graph.Nodes, node => node.Is("LSTM"));
        Assert.DoesNotContain("com.microsoft", model.OpsetImports.Keys);
    }

    [Fact]
    public void Quantize_WeightThatIsComputed_StoresTheOther()
    {
        using Model model = Layer("forward", "computed");
        Assert.Equal(["r"], DynamicQuantizer.Quantize(model, new() { LeastLstmUnits = Units }).Quantized.Select(weight => weight.Weight));
        Assert.Contains(model.Graph.Nodes, node => node.Is("LSTM"));
    }

    [Fact]
    public void Quantize_QuantizedLayer_IsRefused()
    {
        using Model model = Layer("forward", "");
        _ = DynamicQuantizer.Quantize(model, new() { LeastLstmUnits = Units });
        Assert.Equal(DiagnosticIds.QuantizedAlready, Assert.Throws<OnnxException>(() => DynamicQuantizer.Quantize(model, new())).Id);
    }

    [Fact]
    public void Quantize_CollectedLayer_IsWrittenAsItComputesFaster()
    {
        using Model model = ModelReader.Read(Golden.Path("cases/lstm.onnx"));
        Node layer = model.Graph.Nodes.Single(node => node.Is("LSTM"));
        bool large = layer.Attributes.GetInt("hidden_size") >= DynamicQuantizationOptions.FasterLstmUnits;
        _ = DynamicQuantizer.Quantize(model, new());
        Assert.Equal(large ? "DynamicQuantizeLSTM" : "LSTM", layer.OpType);
    }

    private static Model Layer(string direction, string feature)
    {
        int directions = direction == "bidirectional" ? 2 : 1;
        GraphBuilder builder = new("lstm", 20);
        Value x = builder.Input("x", ElementType.Float, Steps, Batch, Inputs);
        Value w = Weight("w", directions, 4 * Units, Inputs);
        Value?[] inputs =
        [
            x,
            feature == "computed" ? builder.Node("Mul", "doubled", [w, builder.Node("ReduceMax", "most", [x], [("keepdims", 0L)])]) : w,
            Weight("r", directions, 4 * Units, Units),
            Weight("b", directions, 8 * Units),
            feature == "lengths" ? builder.Weight("lengths", TensorData.FromArray([5, 2, 3], Batch)) : null,
            feature == "states" ? Weight("h", directions, Batch, Units) : null,
            feature == "states" ? Weight("c", directions, Batch, Units) : null,
            feature == "peepholes" ? Weight("p", directions, 3 * Units) : null,
        ];
        List<Attribute> attributes = [("hidden_size", (long)Units), ("direction", direction)];
        switch (feature)
        {
            case "coupled":
                attributes.Add(("input_forget", 1L));
                break;
            case "clip":
                attributes.Add(("clip", 0.75f));
                break;
            case "layout":
                attributes.Add(("layout", 1L));
                break;
            case "activations":
                string[] names = ["HardSigmoid", "Softsign", "Tanh"];
                attributes.Add(Attribute.Of("activations", [.. names, .. names]));
                break;
        }

        IReadOnlyList<Value> outputs = Node("layer");
        if (feature == "twice")
        {
            _ = Node("first");
        }

        foreach ((Value output, string name) in outputs.Zip((string[])["y", "y_h", "y_c"]))
        {
            output.Name = name;
            output.Type = new TensorType(ElementType.Float, null);
            builder.Graph.AddOutput(output);
        }

        return builder.Build();

        IReadOnlyList<Value> Node(string name) =>
            builder.Graph.AddNode("LSTM", inputs, [$"{name}.y", $"{name}.h", $"{name}.c"], [.. attributes], name: name).Outputs;

        Value Weight(string name, params long[] shape) => QuantizableModels.Weight(builder, name, name[0], shape);
    }

    private static double SignalToNoise(float[] expected, float[] actual) =>
        10
        * Math.Log10(
            expected.Sum(value => (double)value * value) / expected.Zip(actual).Sum(pair => Math.Pow((double)pair.First - pair.Second, 2))
        );

    private static Dictionary<string, float[]> Run(Model model)
    {
        using OrtModel session = new(model);
        using OrtValue x = OrtModel.Tensor(QuantizableModels.Numbers(70, Steps * Batch * Inputs), Steps, Batch, Inputs);
        return session.Run(("x", x)).ToDictionary(pair => pair.Key, pair => pair.Value);
    }
}
