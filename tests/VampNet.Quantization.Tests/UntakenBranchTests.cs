using VampNet.Inference.Inputs;
using VampNet.Onnx;
using VampNet.Onnx.Quantization;
using VampNet.Quantization.Calibration;
using VampNet.Quantization.Judging;

namespace VampNet.Quantization.Tests;

/// <summary>Static quantization of graphs with a branch that no calibration input takes.</summary>
public sealed class UntakenBranchTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vampnet-branches-").FullName;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_BranchThatNeverRan_MeasuresItsRangesWhileItRuns(bool taken)
    {
        QuantizationRequest request = Request(Branches());
        QuantizationResult result = Run(request);

        Assert.Equal(["w", "u", "v", "k"], result.Report.Quantized.Select(weight => weight.Weight));
        Assert.Equal(
            [
                ("rare", "quantized dynamically, in else_branch of If 'chosen'"),
                ("rare_conv", "computed in float32, with its weight stored as int8, in else_branch of If 'chosen'"),
            ],
            result.Report.Unseen.Select(node => (node.Node, node.Reason))
        );
        Assert.InRange(result.Judgement!.Loss.SignalToNoise!.Value, 20, 90);
        using Model model = ModelReader.Read(request.Output);
        Assert.Empty(ModelVerifier.Verify(model));
        Assert.Contains(
            "2 nodes never ran while ranges were measured: MatMul 'rare' is quantized dynamically, in else_branch of If 'chosen'",
            model.Metadata[QuantizationRun.WarningKey],
            StringComparison.Ordinal
        );

        // The rare branch, which the result must compute as well.
        float[] x = [.. Enumerable.Range(0, 2 * 16).Select(i => (1f + (i % 7)) / 8)];
        ModelSample sample = new("x", [new ModelInput("x", x, [2, 16]), new ModelInput("which", new[] { taken ? 1f : -1 }, [1])]);
        QuantizationLoss loss = QuantizationJudge
            .Compare(
                request.Input,
                request.Output,
                [sample],
                kind: OutputKind.Signal,
                cancellationToken: TestContext.Current.CancellationToken
            )
            .Single();
        Assert.InRange(loss.SignalToNoise!.Value, 20, 90);
    }

    [Fact]
    public void Run_OnlyProductsThatNeverRan_IsNotRefused()
    {
        QuantizationRequest request = Request(Branches()) with { Selection = new NodeSelection { Include = ["rare*"] } };
        Assert.Equal(["v", "k"], Run(request).Report.Quantized.Select(weight => weight.Weight));
    }

    [Fact]
    public void Run_BranchWithinALoop_IsQuantizedDynamically()
    {
        QuantizationResult result = Run(Request(BranchWithinALoop()));
        Assert.Equal(["u", "v"], result.Report.Quantized.Select(weight => weight.Weight));
        Assert.Equal(["then_y", "else_y"], result.Report.Unseen.Select(node => node.Node));
        Assert.InRange(result.Judgement!.Loss.SignalToNoise!.Value, 20, 90);
    }

    [Fact]
    public void Describe_ManyNodes_NamesTheFirst()
    {
        QuantizationReport report = new("static", [], [])
        {
            Unseen = [.. Enumerable.Range(1, 5).Select(i => new KeptNode($"n{i}", "MatMul", "quantized dynamically"))],
        };
        Assert.Equal(
            "5 nodes never ran while ranges were measured: MatMul 'n1' is quantized dynamically; MatMul 'n2' is quantized dynamically; "
                + "MatMul 'n3' is quantized dynamically; and 2 more",
            UnseenNodes.Describe(report)
        );
        Assert.Null(UnseenNodes.Describe(report with { Unseen = [] }));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static QuantizationResult Run(QuantizationRequest request) =>
        QuantizationRun.Run(request, cancellationToken: TestContext.Current.CancellationToken);

    private QuantizationRequest Request(Graph graph)
    {
        using Model model = new(graph, 9) { OpsetImports = { [""] = 20 } };
        string path = Path.Combine(_folder, "graph.onnx");
        ModelWriter.Write(model, path, new ExternalDataOptions());
        return new QuantizationRequest(path, Path.Combine(_folder, "out.onnx"))
        {
            Scheme = QuantizationScheme.Static,
            JudgedSamples = 2,
            OutputKind = OutputKind.Signal,
            Profile = new InputProfile { Specs = [Spec("x:0..1"), .. graph.Inputs.Skip(1).Select(input => Spec($"{input.Name}:0.5..1"))] },
        };
    }

    private static InputSpec Spec(string text)
    {
        Assert.True(InputSpec.TryParse(text, out InputSpec? spec, out string? problem), problem);
        return spec;
    }

    /// <summary>y = x W, then times U where which is positive; else times V, and convolved with K.</summary>
    private static Graph Branches()
    {
        Graph graph = new("branches");
        Value x = graph.AddInput("x", new TensorType(ElementType.Float, TensorShape.Of(2, 16)));
        Value which = graph.AddInput("which", new TensorType(ElementType.Float, TensorShape.Of(1)));
        Value first = graph.AddNode("MatMul", [x, Weight(graph, "w", 16, 16)], ["first"], name: "first").Outputs[0];
        Graph yes = new("then"),
            no = new("else");
        yes.AddOutput(yes.AddNode("MatMul", [first, Weight(yes, "u", 16, 16)], ["often"], name: "often").Outputs[0]);
        Value rare = no.AddNode("MatMul", [first, Weight(no, "v", 16, 16)], ["rare"], name: "rare").Outputs[0];
        Value axes = no.AddInitializer("axes", TensorData.FromArray([1L], 1));
        Value signal = no.AddNode("Unsqueeze", [rare, axes], ["signal"]).Outputs[0];
        Value convolved = no.AddNode(
            "Conv",
            [signal, Weight(no, "k", 1, 1, 3)],
            ["rare_conv"],
            [("pads", new[] { 1L, 1 })],
            name: "rare_conv"
        ).Outputs[0];
        no.AddOutput(no.AddNode("Squeeze", [convolved, axes], ["else_y"]).Outputs[0]);
        Value y = graph
            .AddNode(
                "If",
                [Positive(graph, which)],
                ["y"],
                [Onnx.Attribute.Of("then_branch", yes), Onnx.Attribute.Of("else_branch", no)],
                name: "chosen"
            )
            .Outputs[0];
        y.Type = x.Type;
        graph.AddOutput(y);
        return graph;
    }

    /// <summary>Three turns of state = tanh(state U) or tanh(state V), by the sign of the state's largest element.</summary>
    private static Graph BranchWithinALoop()
    {
        Graph graph = new("nested");
        Value x = graph.AddInput("x", new TensorType(ElementType.Float, TensorShape.Of(2, 16)));
        Graph body = new("body");
        _ = body.AddInput("turn", new TensorType(ElementType.Int64, TensorShape.Scalar));
        Value condition = body.AddInput("condition", new TensorType(ElementType.Bool, TensorShape.Scalar));
        Value state = body.AddInput("state", x.Type);
        Graph yes = new("then"),
            no = new("else");
        yes.AddOutput(yes.AddNode("MatMul", [state, Weight(yes, "u", 16, 16)], ["then_y"], name: "then_y").Outputs[0]);
        no.AddOutput(no.AddNode("MatMul", [state, Weight(no, "v", 16, 16)], ["else_y"], name: "else_y").Outputs[0]);
        Value chosen = body.AddNode(
            "If",
            [Positive(body, state)],
            ["chosen"],
            [Onnx.Attribute.Of("then_branch", yes), Onnx.Attribute.Of("else_branch", no)]
        ).Outputs[0];
        body.AddOutput(body.AddNode("Identity", [condition], ["goes_on"]).Outputs[0]);
        body.AddOutput(body.AddNode("Tanh", [chosen], ["next"]).Outputs[0]);
        Value count = graph.AddInitializer("count", TensorData.Scalar(3L));
        Value y = graph.AddNode("Loop", [count, null, x], ["y"], [Onnx.Attribute.Of("body", body)], name: "loop").Outputs[0];
        y.Type = x.Type;
        graph.AddOutput(y);
        return graph;
    }

    private static Value Positive(Graph graph, Value x)
    {
        Value most = graph.AddNode("ReduceMax", [x], ["most"], [("keepdims", 0L)]).Outputs[0];
        return graph.AddNode("Greater", [most, graph.AddInitializer("zero", TensorData.Scalar(0f))], ["test"]).Outputs[0];
    }

    private static Value Weight(Graph graph, string name, params long[] shape)
    {
        Random random = new(name[0]);
        float[] values = [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ => random.NextSingle() - 0.5f)];
        return graph.AddInitializer(name, TensorData.FromArray(values, shape));
    }
}
