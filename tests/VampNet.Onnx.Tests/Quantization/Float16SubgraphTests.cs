using Microsoft.ML.OnnxRuntime;
using VampNet.Onnx.Quantization;
using VampNet.Onnx.Quantization.Calibration;
using VampNet.Onnx.ShapeInference;

namespace VampNet.Onnx.Tests.Quantization;

public class Float16SubgraphTests
{
    private const float Unit = 1f / 2048;

    // Seven terms of magnitude up to 1, each from operands and with a result of 11 digits, twice in a row.
    private const float ProductBound = 2 * 7 * 3 * Unit;

    private static readonly float[] X = QuantizableModels.Numbers(61, 14);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Quantize_BranchesOfIf_ComputeInFloat16BehindFloat32Borders(bool positive)
    {
        using Model model = Branches();
        float[] x = Array.ConvertAll(X, value => positive ? MathF.Abs(value) : -MathF.Abs(value));
        float[] expected = Run(model, x)["y"];

        QuantizationReport report = Float16Quantizer.Quantize(model, new());

        // The outer weight is read by the main graph and by a branch, and is one constant.
        Assert.Equal(["w", "u", "v"], report.Quantized.Select(weight => weight.Weight));
        Assert.DoesNotContain(Products(model).SelectMany(node => node.Inputs.Concat(node.Outputs)), IsFloat);
        Assert.Equal(4, Products(model).Count());
        Assert.Contains(report.FloatNodes, node => node.OpType == "If" && node.Reason.Contains("its body", StringComparison.Ordinal));
        AssertClose(expected, Checked(model, x)["y"], ProductBound);
    }

    [Fact]
    public void Quantize_OuterValueOfTwoBranches_IsCastOnceInTheGraphThatGivesIt()
    {
        using Model model = Branches();
        _ = Float16Quantizer.Quantize(model, new());

        Node cast = Assert.Single(model.Graph.Nodes, node => node.Is("Cast") && node.Inputs[0]!.Name == "x");
        Assert.Equal(4, cast.Outputs[0].Uses.Count);
        Assert.Equal(2, cast.Outputs[0].Uses.Select(use => use.Node.Graph).Where(graph => graph != model.Graph).Distinct().Count());
    }

    [Fact]
    public void Quantize_LoopWithACarriedState_KeepsTheTypesThatEnterAndLeave()
    {
        using Model model = Loop();
        Dictionary<string, float[]> expected = Run(model, X);
        Graph body = model.Graph.SelfAndSubgraphs().ElementAt(1);
        string[] before = [.. body.Inputs.Concat(body.Outputs).Select(value => $"{value.Name} {value.TensorType?.ElementType.OnnxName}")];

        QuantizationReport report = Float16Quantizer.Quantize(model, new());

        Assert.Equal(["u"], report.Quantized.Select(weight => weight.Weight));
        Assert.Equal(before.Select(text => text.Split(' ')[0]), body.Inputs.Concat(body.Outputs).Select(value => value.Name));
        Assert.DoesNotContain(body.Inputs.Concat(body.Outputs), value => value.TensorType?.ElementType == ElementType.Float16);
        Dictionary<string, float[]> actual = Checked(model, X);
        // tanh does not enlarge errors; each of three turns adds its own.
        AssertClose(expected["y"], actual["y"], 3 * ProductBound);
        AssertClose(expected["all"], actual["all"], 3 * ProductBound);
    }

    [Fact]
    public void Quantize_Scan_ConvertsItsBody()
    {
        using Model model = Scan();
        Dictionary<string, float[]> expected = Run(model, X);
        Assert.Contains("u", Float16Quantizer.Quantize(model, new()).Quantized.Select(weight => weight.Weight));
        Dictionary<string, float[]> actual = Checked(model, X);
        AssertClose(expected["y"], actual["y"], 2 * ProductBound);
        AssertClose(expected["all"], actual["all"], 2 * ProductBound);
    }

    [Fact]
    public void Quantize_BranchWithinALoop_Runs()
    {
        using Model model = BranchWithinALoop();
        Dictionary<string, float[]> expected = Run(model, X);
        Assert.Equal(["u", "v"], Float16Quantizer.Quantize(model, new()).Quantized.Select(weight => weight.Weight));
        AssertClose(expected["y"], Checked(model, X)["y"], 3 * ProductBound);
    }

    [Fact]
    public void ActivationsToCalibrate_Subgraphs_NamesTheirValues()
    {
        using Model model = Loop();
        Assert.Equal(["state", "product", "sum", "next", "given"], Float16Quantizer.ActivationsToCalibrate(model, new()).Except(["x"]));
    }

    [Fact]
    public void Quantize_ActivationOfABodyBeyondTheRange_KeepsItsNodesInFloat32()
    {
        using Model model = Loop();
        QuantizationReport report = Float16Quantizer.Quantize(
            model,
            new() { Calibration = new() { Ranges = new Dictionary<string, ActivationRange> { ["next"] = new(-1e6f, 1) } } }
        );
        Assert.Contains(report.FloatNodes, node => node is { OpType: "Tanh", Reason: var reason } && reason.Contains("'next' reached"));
        _ = Checked(model, X);
    }

    [Theory]
    [InlineData("LSTM", 4, "forward")]
    [InlineData("LSTM", 4, "bidirectional")]
    [InlineData("GRU", 3, "reverse")]
    [InlineData("GRU", 3, "bidirectional")]
    [InlineData("RNN", 1, "bidirectional")]
    public void Quantize_RecurrentLayer_HalvesItsWeightsAndRuns(string opType, int gates, string direction)
    {
        using Model model = Recurrent(opType, gates, direction);
        Dictionary<string, float[]> expected = Run(model, X);

        QuantizationReport report = Float16Quantizer.Quantize(model, new());

        Assert.Equal(["w", "r", "b"], report.Quantized.Select(weight => weight.Weight));
        // Gates and tanh do not enlarge errors; two steps, each of products of seven and of three terms.
        AssertClose(expected["y"], Checked(model, X)["y"], 2 * (7 + 3) * 3 * Unit);
    }

    /// <summary>y = x W u or x W v + x W, by the sign of x's largest element; u and v in the branches, x and W outside.</summary>
    private static Model Branches()
    {
        Graph graph = new("branches");
        Value x = graph.AddInput("x", new TensorType(ElementType.Float, TensorShape.Of(2, 7)));
        Value w = Weight(graph, "w", 7, 7);
        Value most = graph.AddNode("ReduceMax", [x], ["most"], [("keepdims", 0L)]).Outputs[0];
        Value test = graph.AddNode("Greater", [most, graph.AddInitializer("zero", TensorData.Scalar(0f))], ["test"]).Outputs[0];
        Value product = graph.AddNode("MatMul", [x, w], ["product"], name: "product").Outputs[0];
        Graph yes = new("then"),
            no = new("else");
        Value inner = yes.AddNode("Mul", [x, product], ["scaled"], name: "scaled").Outputs[0];
        yes.AddOutput(yes.AddNode("MatMul", [inner, Weight(yes, "u", 7, 7)], ["then_y"], name: "then_y").Outputs[0]);
        Value again = no.AddNode("MatMul", [x, w], ["again"], name: "again").Outputs[0];
        Value other = no.AddNode("MatMul", [product, Weight(no, "v", 7, 7)], ["other"], name: "other").Outputs[0];
        no.AddOutput(no.AddNode("Add", [again, other], ["else_y"], name: "else_y").Outputs[0]);
        Value y = graph
            .AddNode("If", [test], ["y"], [Attribute.Of("then_branch", yes), Attribute.Of("else_branch", no)], name: "y")
            .Outputs[0];
        return Build(graph, y);
    }

    /// <summary>Three turns of state = tanh(state U + x) from x; y is the last state, all holds each.</summary>
    private static Model Loop()
    {
        Graph graph = new("loop");
        Value x = graph.AddInput("x", new TensorType(ElementType.Float, TensorShape.Of(2, 7)));
        Graph body = Turn(graph, x);
        Value count = graph.AddInitializer("count", TensorData.Scalar(3L));
        Node loop = graph.AddNode("Loop", [count, null, x], ["y", "all"], [Attribute.Of("body", body)], name: "loop");
        return Build(graph, [.. loop.Outputs]);
    }

    private static Graph Turn(Graph graph, Value x)
    {
        Graph body = new("body");
        _ = body.AddInput("turn", new TensorType(ElementType.Int64, TensorShape.Scalar));
        Value condition = body.AddInput("condition", new TensorType(ElementType.Bool, TensorShape.Scalar));
        Value state = body.AddInput("state", new TensorType(ElementType.Float, TensorShape.Of(2, 7)));
        Value product = body.AddNode("MatMul", [state, Weight(graph, "u", 7, 7)], ["product"], name: "product").Outputs[0];
        Value sum = body.AddNode("Add", [product, x], ["sum"], name: "sum").Outputs[0];
        Value next = body.AddNode("Tanh", [sum], ["next"], name: "next").Outputs[0];
        body.AddOutput(body.AddNode("Identity", [condition], ["goes_on"]).Outputs[0]);
        body.AddOutput(next);
        body.AddOutput(body.AddNode("Identity", [next], ["given"], name: "given").Outputs[0]);
        return body;
    }

    /// <summary>Over the two rows of x: state = tanh(state U + row); y is the last state, all holds each.</summary>
    private static Model Scan()
    {
        Graph graph = new("scan");
        Value x = graph.AddInput("x", new TensorType(ElementType.Float, TensorShape.Of(2, 7)));
        Value start = graph.AddNode("ReduceMean", [x, graph.AddInitializer("axes", TensorData.FromArray([0L], 1))], ["start"]).Outputs[0];
        Graph body = new("body");
        Value state = body.AddInput("state", new TensorType(ElementType.Float, TensorShape.Of(1, 7)));
        Value row = body.AddInput("row", new TensorType(ElementType.Float, TensorShape.Of(7)));
        Value product = body.AddNode("MatMul", [state, Weight(body, "u", 7, 7)], ["product"], name: "product").Outputs[0];
        Value next = body.AddNode("Tanh", [body.AddNode("Add", [product, row], ["sum"]).Outputs[0]], ["next"]).Outputs[0];
        body.AddOutput(next);
        body.AddOutput(body.AddNode("Neg", [next], ["given"]).Outputs[0]);
        Node scan = graph.AddNode("Scan", [start, x], ["y", "all"], [Attribute.Of("body", body), ("num_scan_inputs", 1L)], name: "scan");
        return Build(graph, [.. scan.Outputs]);
    }

    /// <summary>Three turns of state = tanh(state U) or tanh(state V), by the sign of the state's largest element.</summary>
    private static Model BranchWithinALoop()
    {
        Graph graph = new("nested");
        Value x = graph.AddInput("x", new TensorType(ElementType.Float, TensorShape.Of(2, 7)));
        Graph body = new("body");
        _ = body.AddInput("turn", new TensorType(ElementType.Int64, TensorShape.Scalar));
        Value condition = body.AddInput("condition", new TensorType(ElementType.Bool, TensorShape.Scalar));
        Value state = body.AddInput("state", new TensorType(ElementType.Float, TensorShape.Of(2, 7)));
        Value most = body.AddNode("ReduceMax", [state], ["most"], [("keepdims", 0L)]).Outputs[0];
        Value test = body.AddNode("Greater", [most, body.AddInitializer("level", TensorData.Scalar(0.75f))], ["test"]).Outputs[0];
        Graph yes = new("then"),
            no = new("else");
        yes.AddOutput(yes.AddNode("MatMul", [state, Weight(yes, "u", 7, 7)], ["then_y"], name: "then_y").Outputs[0]);
        no.AddOutput(no.AddNode("MatMul", [state, Weight(graph, "v", 7, 7)], ["else_y"], name: "else_y").Outputs[0]);
        Value chosen = body.AddNode("If", [test], ["chosen"], [Attribute.Of("then_branch", yes), Attribute.Of("else_branch", no)]).Outputs[
            0
        ];
        body.AddOutput(body.AddNode("Identity", [condition], ["goes_on"]).Outputs[0]);
        body.AddOutput(body.AddNode("Tanh", [chosen], ["next"], name: "next").Outputs[0]);
        Value count = graph.AddInitializer("count", TensorData.Scalar(3L));
        return Build(graph, graph.AddNode("Loop", [count, null, x], ["y"], [Attribute.Of("body", body)], name: "loop").Outputs[0]);
    }

    /// <summary>A layer of three units over x as two steps of one sequence, its length and first state given.</summary>
    private static Model Recurrent(string opType, int gates, string direction)
    {
        Graph graph = new("recurrent");
        Value x = graph.AddInput("x", new TensorType(ElementType.Float, TensorShape.Of(2, 7)));
        Value steps = graph
            .AddNode("Unsqueeze", [x, graph.AddInitializer("axes", TensorData.FromArray([1L], 1))], ["steps"], name: "steps")
            .Outputs[0];
        int directions = direction == "bidirectional" ? 2 : 1;
        Value lengths = graph.AddInitializer("lengths", TensorData.FromArray([2], 1));
        Value first = graph
            .AddNode(
                "Expand",
                [graph.AddNode("ReduceMean", [x], ["mean"], [("keepdims", 0L)]).Outputs[0], Shape(directions, 1, 3)],
                ["first"]
            )
            .Outputs[0];
        Node layer = graph.AddNode(
            opType,
            [
                steps,
                Weight(graph, "w", directions, gates * 3, 7),
                Weight(graph, "r", directions, gates * 3, 3),
                Weight(graph, "b", directions, 2 * gates * 3),
                lengths,
                first,
            ],
            ["y"],
            [("hidden_size", 3L), ("direction", direction)],
            name: "layer"
        );
        return Build(graph, [.. layer.Outputs]);

        Value Shape(params long[] shape) => graph.AddInitializer("shape", TensorData.FromArray(shape, shape.Length));
    }

    private static Value Weight(Graph graph, string name, params long[] shape) =>
        graph.AddInitializer(
            name,
            TensorData.FromArray(
                Array.ConvertAll(QuantizableModels.Numbers(name[0], (int)shape.Aggregate(1L, (a, b) => a * b)), value => value / 2),
                shape
            )
        );

    private static Model Build(Graph graph, params Value[] outputs)
    {
        foreach (Value output in outputs)
        {
            graph.AddOutput(output);
        }

        Model model = new(graph, 9) { OpsetImports = { [""] = 20 } };
        Assert.Empty(ShapeInferencePass.Run(model).Diagnostics);
        return model;
    }

    private static IEnumerable<Node> Products(Model model) =>
        model.Graph.SelfAndSubgraphs().SelectMany(graph => graph.Nodes).Where(node => node.Is("MatMul"));

    private static bool IsFloat(Value? value) => value?.TensorType?.ElementType == ElementType.Float;

    private static void AssertClose(float[] expected, float[] actual, float bound)
    {
        Assert.NotEqual(expected, actual);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, bound));
    }

    /// <summary>What the converted model gives, which must be valid, and run with and without the runtime's own optimization.</summary>
    private static Dictionary<string, float[]> Checked(Model model, float[] x)
    {
        Assert.Empty(ModelVerifier.Verify(model));
        Assert.Empty(ShapeInferencePass.Run(model).Diagnostics);
        _ = Run(model, x, optimize: false);
        return Run(model, x);
    }

    private static Dictionary<string, float[]> Run(Model model, float[] x, bool optimize = true)
    {
        using OrtModel session = new(model, optimize);
        using OrtValue value = OrtModel.Tensor(x, 2, 7);
        return session.Run(("x", value)).ToDictionary(pair => pair.Key, pair => pair.Value);
    }
}
