using Microsoft.ML.OnnxRuntime;
using VampNet.Onnx.Quantization;
using VampNet.Onnx.Quantization.Calibration;

namespace VampNet.Onnx.Tests.Quantization;

/// <summary>Graphs that exporters seldom write, in every scheme that could take them.</summary>
public class UnusualGraphTests
{
    // Each of 9 terms errs by half a step of x (2/255) times |w| <= 1, and half a step of w (neighbours sum to 2 at most: 2/127, halved)
    // times |x| <= 1.
    private const float Bound = 9 * ((1f / 255) + (1f / 127));

    private static readonly float[] X = QuantizableModels.Numbers(41, 18);

    [Fact]
    public void Quantize_NoFloatConstants_IsRefused()
    {
        Action<Model>[] schemes =
        [
            model => DynamicQuantizer.Quantize(model, new()),
            model => StaticQuantizer.Quantize(model, new()),
            model => WeightOnlyQuantizer.Quantize(model, new()),
        ];
        foreach (Action<Model> quantize in schemes)
        {
            using Model model = Build((graph, x) => graph.AddNode("Add", [x, x], ["y"], name: "y"));
            OnnxException exception = Assert.Throws<OnnxException>(() => quantize(model));
            Assert.Equal(DiagnosticIds.NothingToQuantize, exception.Id);
            Assert.Contains("the model holds no floating-point constant", exception.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(0.5f)]
    [InlineData(0f)]
    [InlineData(1e-39f)]
    public void Quantize_WeightOfOneNumber_IsExactOrVanishes(float number)
    {
        using Model model = Build(
            (graph, x) =>
                graph.AddNode(
                    "MatMul",
                    [x, graph.AddInitializer("w", TensorData.FromArray([.. Enumerable.Repeat(number, 36)], 9, 4))],
                    ["y"],
                    name: "y"
                )
        );
        float[] ones = [.. Enumerable.Repeat(1f, 18)];
        float[] expected = Run(model, ones);
        DynamicQuantizer.Quantize(model, new());
        Assert.All(expected.Zip(Run(model, ones)), pair => Assert.Equal(pair.First, pair.Second, 2e-6f));
    }

    [Fact]
    public void Quantize_ActivationOfOneNumber_StaysInRange()
    {
        using Model model = Build((graph, x) => graph.AddNode("MatMul", [x, Weight(graph, "w", 9, 4)], ["y"], name: "y"));
        float[] halves = [.. Enumerable.Repeat(0.5f, 18)];
        float[] expected = Run(model, halves);
        StaticQuantizer.Quantize(
            model,
            new()
            {
                Calibration = new()
                {
                    Ranges = new Dictionary<string, ActivationRange>
                    {
                        ["x"] = new(0.5f, 0.5f),
                        ["y"] = new(expected.Min(), expected.Max()),
                    },
                },
            }
        );
        Assert.All(expected.Zip(Run(model, halves)), pair => Assert.Equal(pair.First, pair.Second, Bound));
    }

    [Fact]
    public void Quantize_GemmWhoseBiasIsComputed_KeepsTheBias()
    {
        static Model Biased() =>
            Build(
                (graph, x) =>
                    graph.AddNode(
                        "Gemm",
                        [x, Weight(graph, "w", 9, 4), graph.AddNode("ReduceMax", [x], ["bias"], [("keepdims", 0L)]).Outputs[0]],
                        ["y"],
                        name: "y"
                    )
            );
        using Model model = Biased();
        float[] expected = Run(model);
        DynamicQuantizer.Quantize(model, new());
        Assert.All(expected.Zip(Run(model)), pair => Assert.Equal(pair.First, pair.Second, Bound));

        using Model other = Biased();
        OnnxException exception = Assert.Throws<OnnxException>(() =>
            StaticQuantizer.Quantize(
                other,
                new()
                {
                    Calibration = new()
                    {
                        Ranges = new Dictionary<string, ActivationRange> { ["x"] = new(-1, 1), ["y"] = new(-9, 9) },
                    },
                }
            )
        );
        Assert.Contains("the bias is no constant", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData()]
    [InlineData(1L)]
    [InlineData(4L)]
    [InlineData(2L, 1L)]
    [InlineData(2L, 4L)]
    public void Quantize_GemmBiasOfAnyShape_IsRepeatedAsBefore(params long[] shape)
    {
        using Model model = Build(
            (graph, x) => graph.AddNode("Gemm", [x, Weight(graph, "w", 9, 4), Weight(graph, "c", shape)], ["y"], name: "y")
        );
        float[] expected = Run(model);
        StaticQuantizer.Quantize(
            model,
            new()
            {
                Calibration = new()
                {
                    Ranges = new Dictionary<string, ActivationRange> { ["x"] = new(-1, 1), ["y"] = new(-5, 5) },
                },
            }
        );
        Assert.Empty(ModelVerifier.Verify(model));
        Assert.All(expected.Zip(Run(model)), pair => Assert.Equal(pair.First, pair.Second, Bound + (5f / 255)));
    }

    [Theory]
    [InlineData(QuantizedForm.Dynamic)]
    [InlineData(QuantizedForm.Static)]
    [InlineData(QuantizedForm.WeightOnly)]
    public void Quantize_WeightOfTwoNodes_IsStoredOnce(QuantizedForm form)
    {
        using Model model = Build(
            (graph, x) =>
            {
                Value w = Weight(graph, "w", 9, 9);
                Value once = graph.AddNode("MatMul", [x, w], ["once"]).Outputs[0];
                return graph.AddNode("MatMul", [once, w], ["y"], name: "y");
            }
        );
        float[] expected = Run(model);
        QuantizationReport report = Quantize(model, form);

        Assert.Equal(["w", "w"], report.Quantized.Select(weight => weight.Weight));
        Assert.Single(model.Graph.Initializers, value => value.Constant!.ElementCount >= 81);
        Assert.DoesNotContain(model.Graph.Initializers, value => value.Name == "w");
        Assert.All(expected.Zip(Run(model)), pair => Assert.Equal(pair.First, pair.Second, 9 * Bound));
    }

    [Theory]
    [InlineData(QuantizedForm.Dynamic)]
    [InlineData(QuantizedForm.Static)]
    [InlineData(QuantizedForm.WeightOnly)]
    public void Quantize_WeightThatIsAlsoAdded_StaysForTheSum(QuantizedForm form)
    {
        using Model model = Build(
            (graph, x) =>
            {
                Value w = Weight(graph, "w", 9, 9);
                Value sum = graph.AddNode("Add", [graph.AddNode("ReduceMean", [x], ["mean"]).Outputs[0], w], ["sum"]).Outputs[0];
                Value once = graph.AddNode("MatMul", [x, w], ["once"]).Outputs[0];
                return graph.AddNode("MatMul", [once, sum], ["y"], name: "y");
            }
        );
        float[] expected = Run(model);
        QuantizationReport report = Quantize(model, form);
        Assert.Equal(("w", "Add"), (Assert.Single(report.Kept).Tensor, report.Kept[0].OpType));
        Assert.All(expected.Zip(Run(model)), pair => Assert.Equal(pair.First, pair.Second, 9 * Bound));
    }

    [Theory]
    [InlineData(QuantizedForm.Dynamic)]
    [InlineData(QuantizedForm.Static)]
    [InlineData(QuantizedForm.WeightOnly)]
    public void Quantize_BranchThatReadsAnOuterActivation_StillRuns(QuantizedForm form)
    {
        using Model model = Build(
            (graph, x) =>
            {
                Value once = graph.AddNode("MatMul", [x, Weight(graph, "w", 9, 9)], ["once"]).Outputs[0];
                Graph yes = new("then"),
                    no = new("else");
                yes.AddOutput(yes.AddNode("MatMul", [once, Weight(yes, "u", 9, 4)], ["then_y"]).Outputs[0]);
                no.AddOutput(no.AddNode("MatMul", [once, Weight(no, "v", 9, 4)], ["else_y"]).Outputs[0]);
                Value test = graph
                    .AddNode(
                        "Less",
                        [
                            graph.AddNode("ReduceMax", [x], ["most"], [("keepdims", 0L)]).Outputs[0],
                            graph.AddInitializer("limit", TensorData.Scalar(9f)),
                        ],
                        ["test"]
                    )
                    .Outputs[0];
                return graph.AddNode("If", [test], ["y"], [Attribute.Of("then_branch", yes), Attribute.Of("else_branch", no)], name: "y");
            }
        );
        float[] expected = Run(model);
        QuantizationReport report = Quantize(model, form);
        Assert.Equal(["w", "u", "v"], report.Quantized.Select(weight => weight.Weight));
        // Only w's product has ranges; those of the branches measure them while they run.
        Assert.Equal(
            form == QuantizedForm.Static
                ? ["quantized dynamically, in then_branch of If 'y'", "quantized dynamically, in else_branch of If 'y'"]
                : [],
            report.Unseen.Select(node => node.Reason)
        );
        Assert.Empty(ModelVerifier.Verify(model));
        Assert.All(expected.Zip(Run(model)), pair => Assert.Equal(pair.First, pair.Second, 9 * Bound));
    }

    /// <summary>The schemes under test.</summary>
    public enum QuantizedForm
    {
        Dynamic,
        Static,
        WeightOnly,
    }

    private static QuantizationReport Quantize(Model model, QuantizedForm form) =>
        form switch
        {
            QuantizedForm.Dynamic => DynamicQuantizer.Quantize(model, new()),
            QuantizedForm.WeightOnly => WeightOnlyQuantizer.Quantize(model, new()),
            _ => StaticQuantizer.Quantize(
                model,
                new()
                {
                    Calibration = new()
                    {
                        Ranges = new Dictionary<string, ActivationRange>
                        {
                            ["x"] = new(-1, 1),
                            ["once"] = new(-4, 4),
                            ["y"] = new(-9, 9),
                        },
                    },
                }
            ),
        };

    private static Value Weight(Graph graph, string name, params long[] shape) =>
        graph.AddInitializer(
            name,
            TensorData.FromArray(QuantizableModels.Numbers(name[0], (int)shape.Aggregate(1L, (a, b) => a * b)), shape)
        );

    /// <summary>x [2,9] to y, by the nodes that the caller adds; it gives back the last.</summary>
    private static Model Build(Func<Graph, Value, Node> build)
    {
        Graph graph = new("unusual");
        Value x = graph.AddInput("x", new TensorType(ElementType.Float, TensorShape.Of(2, 9)));
        Value y = build(graph, x).Outputs[0];
        y.Type = new TensorType(ElementType.Float, TensorShape.OfRank(2));
        graph.AddOutput(y);
        return new Model(graph, 9) { OpsetImports = { [""] = 20 } };
    }

    private static float[] Run(Model model, float[]? x = null)
    {
        using OrtModel session = new(model);
        using OrtValue value = OrtModel.Tensor(x ?? X, 2, 9);
        return session.Run(("x", value))["y"];
    }
}
