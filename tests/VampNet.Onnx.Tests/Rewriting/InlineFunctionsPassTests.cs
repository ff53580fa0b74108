using VampNet.Onnx.Rewriting;

namespace VampNet.Onnx.Tests.Rewriting;

public sealed class InlineFunctionsPassTests
{
    private static readonly Dictionary<string, long> Lengths = new() { ["B"] = 2, ["T"] = 7 };

    [Fact]
    public void Run_NestedCallsWithAttributeReferences_EachTakeTheirOwnParameters()
    {
        // scaled(x; by = 3) = x * by, twice(x; first) = scaled(scaled(x; first)).
        Function scaled = ScaledFunction();
        Graph body = new("body");
        Node inner = body.AddNode("Scaled", [body.AddInput("x", null)], ["h"], domain: "local", name: "inner");
        inner.Attributes.Set(new Attribute("by", AttributeKind.Float, null, "first"));
        body.AddOutput(body.AddNode("Scaled", [inner.Outputs[0]], ["y"], domain: "local", name: "outer").Outputs[0]);
        Function twice = NewFunction("Twice", body, ["first"]);
        Graph graph = new("main");
        Node one = graph.AddNode("Twice", [Input(graph)], ["a"], [("first", 2f)], "local", "one");
        Node two = graph.AddNode("Twice", [one.Outputs[0]], ["b"], [("first", 0.5f)], "local", "two");
        graph.AddOutput(Typed(one.Outputs[0]));
        graph.AddOutput(Typed(two.Outputs[0]));
        using Model model = NewModel(graph, scaled, twice);

        AssertInlined(model);

        Assert.Equal(
            ["Constant", "Mul", "Constant", "Mul", "Constant", "Mul", "Constant", "Mul"],
            model.Graph.Nodes.Select(node => node.OpType)
        );
        Assert.Equal(
            [2f, 3f, 0.5f, 3f],
            model.Graph.Nodes.Where(node => node.Is("Constant")).Select(node => node.Attributes["value_float"]!.Float)
        );
        Assert.Equal(["two/inner/by", "two/h"], model.Graph.Nodes.Skip(4).Take(2).Select(node => node.Outputs[0].Name));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Run_InputLeftOutAndParameterNotGiven_AreLeftOutWithin(bool isGiven)
    {
        Graph body = new("body");
        Value x = body.AddInput("x", null);
        Node clip = body.AddNode("Clip", [x, body.AddInput("low", null), body.AddInput("high", null)], ["clipped"]);
        Node softmax = body.AddNode("Softmax", [clip.Outputs[0]], ["y"]);
        softmax.Attributes.Set(new Attribute("axis", AttributeKind.Int, null, "along"));
        body.AddOutput(softmax.Outputs[0]);
        Graph graph = new("main");
        Value high = graph.AddInitializer("high", TensorData.Scalar(0.25f));
        Node call = graph.AddNode("ClippedSoftmax", [Input(graph), null, high], ["a"], isGiven ? [("along", 0L)] : [], "local");
        graph.AddOutput(Typed(call.Outputs[0]));
        using Model model = NewModel(graph, NewFunction("ClippedSoftmax", body, ["along"]));

        AssertInlined(model);

        Assert.Null(model.Graph.Nodes[0].Input(1));
        Assert.Equal(isGiven, model.Graph.Nodes[1].Attributes.Contains("axis"));
    }

    [Fact]
    public void Run_SubgraphsWithinAndAround_KeepWhatTheyCapture()
    {
        // positive(c, x) = if c then x + x else scaled(x), called from the branch of another If.
        Graph body = new("body");
        Value condition = body.AddInput("c", null);
        Value x = body.AddInput("x", null);
        Graph yes = new("yes");
        yes.AddOutput(yes.AddNode("Add", [x, x], ["same"]).Outputs[0]);
        Graph no = new("no");
        Value half = no.AddInitializer("half", TensorData.Scalar(0.5f));
        no.AddOutput(no.AddNode("Mul", [no.AddNode("Scaled", [x], ["same"], domain: "local").Outputs[0], half], ["less"]).Outputs[0]);
        body.AddOutput(
            body.AddNode("If", [condition], ["y"], [Attribute.Of("then_branch", yes), Attribute.Of("else_branch", no)]).Outputs[0]
        );

        Graph graph = new("main");
        Value given = graph.AddInput("given", new TensorType(ElementType.Bool, TensorShape.Scalar));
        Value input = Input(graph);
        Graph called = new("called");
        called.AddOutput(called.AddNode("Positive", [given, input], ["inside"], domain: "local").Outputs[0]);
        Graph other = new("other");
        other.AddOutput(
            other.AddNode("Positive", [other.AddNode("Not", [given], ["not"]).Outputs[0], input], ["inside"], domain: "local").Outputs[0]
        );
        Node choice = graph.AddNode("If", [given], ["a"], [Attribute.Of("then_branch", called), Attribute.Of("else_branch", other)]);
        graph.AddOutput(Typed(choice.Outputs[0]));
        using Model model = NewModel(graph, ScaledFunction(), NewFunction("Positive", body));

        AssertInlined(model);

        Assert.Equal(7, model.AllGraphs().Count());
    }

    [Fact]
    public void Run_ResultsHandedThroughOrReturnedTwice_KeepTheModelsNames()
    {
        // ONNX Runtime refuses such functions, so that only the result is judged.
        Graph body = new("body");
        Value x = body.AddInput("x", null);
        Value negative = body.AddNode("Neg", [x], ["n"]).Outputs[0];
        foreach (Value result in (Value[])[x, negative, negative])
        {
            body.AddOutput(result);
        }

        Graph graph = new("main");
        Node call = graph.AddNode("Both", [Input(graph)], ["same", "minus", "again"], domain: "local");
        foreach (Value output in call.Outputs)
        {
            graph.AddOutput(Typed(output));
        }

        using Model model = NewModel(graph, NewFunction("Both", body));
        Assert.True(new InlineFunctionsPass().Run(model, RewriteTarget.Portable, []));
        Assert.Empty(ModelVerifier.Verify(model));
        Assert.Equal(["same", "minus", "again"], model.Graph.Outputs.Select(output => output.Name));
        Assert.Equal(["Neg", "Identity", "Identity"], model.Graph.Nodes.Select(node => node.OpType));
    }

    [Fact]
    public void Run_BodyOfAnotherOpset_StaysAndSaysWhy()
    {
        Function old = ScaledFunction();
        old.OpsetImports[""] = 12;
        Graph graph = new("main");
        graph.AddOutput(Typed(graph.AddNode("Scaled", [Input(graph)], ["a"], domain: "local", name: "call").Outputs[0]));
        Function uncalled = NewFunction("Uncalled", new Graph("empty"));
        using Model model = NewModel(graph, old, uncalled);
        List<RewriteRecord> records = [];

        Assert.True(new InlineFunctionsPass().Run(model, RewriteTarget.Portable, records));

        Assert.Equal(old, Assert.Single(model.Functions));
        Assert.Equal(
            "its body is written in version 12 of ai.onnx, the model in 20",
            Assert.Single(records, record => !record.Fired).Reason
        );
        Assert.Equal(1, model.OpsetImports["local"]);
        Assert.False(new InlineFunctionsPass().Run(model, RewriteTarget.Portable, []));
    }

    [Fact]
    public void Run_FunctionsThatDoubleAtEachLevel_StayAndSayWhy()
    {
        Function[] functions =
        [
            .. Enumerable
                .Range(0, 40)
                .Select(level =>
                {
                    Graph body = new("body");
                    string inner = level == 0 ? "Relu" : $"Level{level - 1}";
                    string domain = level == 0 ? "" : "local";
                    Value once = body.AddNode(inner, [body.AddInput("x", null)], ["once"], domain: domain).Outputs[0];
                    body.AddOutput(body.AddNode(inner, [once], ["twice"], domain: domain).Outputs[0]);
                    return NewFunction($"Level{level}", body);
                }),
        ];
        Graph graph = new("main");
        graph.AddOutput(Typed(graph.AddNode("Level39", [Input(graph)], ["a"], domain: "local").Outputs[0]));
        using Model model = NewModel(graph, functions);
        List<RewriteRecord> records = [];

        Assert.False(new InlineFunctionsPass().Run(model, RewriteTarget.Portable, records));

        Assert.Contains("more than 100000", Assert.Single(records).Reason, StringComparison.Ordinal);
        Assert.Equal(40, model.Functions.Count);
    }

    [Fact]
    public void Run_OverloadsOfOneName_AreToldApart()
    {
        Graph graph = new("main");
        Value x = Input(graph);
        foreach (string overload in (string[])["", "other"])
        {
            Node call = graph.AddNode("Change", [x], [$"y{overload}"], domain: "local");
            call.Overload = overload.Length > 0 ? overload : null;
            graph.AddOutput(Typed(call.Outputs[0]));
        }

        using Model model = NewModel(graph, Unary("Neg", ""), Unary("Abs", "other"));
        Assert.True(new InlineFunctionsPass().Run(model, RewriteTarget.Portable, []));
        Assert.Equal(["Neg", "Abs"], model.Graph.Nodes.Select(node => node.OpType));

        static Function Unary(string opType, string overload)
        {
            Graph body = new("body");
            body.AddOutput(body.AddNode(opType, [body.AddInput("x", null)], ["y"]).Outputs[0]);
            return new Function("local", "Change", overload, body) { OpsetImports = { [""] = 20 } };
        }
    }

    [Fact]
    public void Optimize_NormalizationInAFunction_IsFused()
    {
        Graph body = new("body");
        Value x = body.AddInput("x", null);
        Value weight = body.AddInput("weight", null);
        Value two = Constant(body, "two", 2f);
        Value mean = body.AddNode(
            "ReduceMean",
            [
                body.AddNode("Pow", [x, two], ["squares"]).Outputs[0],
                body.AddNode("Constant", [], ["axes"], [("value_ints", new long[] { -1 })]).Outputs[0],
            ],
            ["mean"]
        ).Outputs[0];
        Value root = body.AddNode(
            "Sqrt",
            [body.AddNode("Add", [mean, Constant(body, "epsilon", 1e-6f)], ["shifted"]).Outputs[0]],
            ["root"]
        ).Outputs[0];
        body.AddOutput(body.AddNode("Mul", [body.AddNode("Div", [x, root], ["normed"]).Outputs[0], weight], ["y"]).Outputs[0]);

        Graph graph = new("main");
        Value value = graph.AddInput("x", new TensorType(ElementType.Float, new TensorShape(Dim.Symbol("B"), Dim.Symbol("T"), 4)));
        for (int layer = 0; layer < 3; layer++)
        {
            Value scale = graph.AddInitializer($"layer{layer}.weight", TensorData.FromArray([1f, 0.5f, 2f, layer + 1f], 4));
            value = graph.AddNode("RmsNorm", [value, scale], [$"y{layer}"], domain: "local", name: $"layer{layer}.norm").Outputs[0];
        }

        graph.AddOutput(value);
        value.Type = new TensorType(ElementType.Float, null);
        using Model model = NewModel(graph, NewFunction("RmsNorm", body));
        double[][] before = OrtRunner.Run(model, Lengths);

        ModelOptimizer.Optimize(model, RewriteTarget.OnnxRuntime);

        Assert.Equal(
            ["SimplifiedLayerNormalization", "SimplifiedLayerNormalization", "SimplifiedLayerNormalization"],
            model.Graph.Nodes.Select(node => node.OpType)
        );
        RuleHarness.AssertClose(before, OrtRunner.Run(model, Lengths), 4e-6);
    }

    private static void AssertInlined(Model model)
    {
        double[][] before = OrtRunner.Run(model, Lengths);
        string[] names = [.. model.Graph.Outputs.Select(output => output.Name)];

        Assert.True(new InlineFunctionsPass().Run(model, RewriteTarget.Portable, []));

        Assert.Empty(model.Functions);
        Assert.False(model.OpsetImports.ContainsKey("local"));
        Assert.Empty(ModelVerifier.Verify(model));
        Assert.Empty(ModelVerifier.VerifyTypes(model));
        Assert.Equal(names, model.Graph.Outputs.Select(output => output.Name));
        Assert.False(new InlineFunctionsPass().Run(model, RewriteTarget.Portable, []));
        RuleHarness.AssertClose(before, OrtRunner.Run(model, Lengths), 0);
    }

    /// <summary>x * by, where by is 3 unless the call says otherwise.</summary>
    private static Function ScaledFunction()
    {
        Graph body = new("body");
        Value x = body.AddInput("x", null);
        Node by = body.AddNode("Constant", [], ["by"]);
        by.Attributes.Set(new Attribute("value_float", AttributeKind.Float, null, "by"));
        body.AddOutput(body.AddNode("Mul", [x, by.Outputs[0]], ["y"]).Outputs[0]);
        return new Function("local", "Scaled", "", body) { OpsetImports = { [""] = 20 }, DefaultParameters = [Attribute.Of("by", 3f)] };
    }

    private static Value Constant(Graph graph, string name, float value) =>
        graph.AddNode("Constant", [], [name], [("value_float", value)]).Outputs[0];

    [Fact]
    public void Optimize_WrongTypeWithinAFunction_IsRepairedAndReported()
    {
        // shifted(x) = x + 0.5, with the constant in double.
        Graph body = new("body");
        Value x = body.AddInput("x", null);
        Value half = body.AddNode("Constant", [], ["half"], [("value", TensorData.Scalar(0.5))], name: "half").Outputs[0];
        body.AddOutput(body.AddNode("Add", [x, half], ["y"], name: "shift").Outputs[0]);
        Graph graph = new("main");
        graph.AddOutput(Typed(graph.AddNode("Shifted", [Input(graph)], ["a"], [], "local", "call").Outputs[0]));
        using Model model = NewModel(graph, NewFunction("Shifted", body));

        OptimizationReport report = ModelOptimizer.Optimize(model, RewriteTarget.Portable);

        Assert.Contains(report.Types.Repairs, repair => repair.ToString().Contains("double", StringComparison.Ordinal));
        Assert.Contains(report.Rewrites.Records, record => record is { Fired: true, Rule: "Shifted" });
        Assert.Equal((1, "Add"), (report.Rewrites.NodesBefore - 2, Assert.Single(model.Graph.Nodes).OpType));
        Assert.Empty(ModelVerifier.Verify(model));
    }

    private static Function NewFunction(string name, Graph body, params string[] parameters) =>
        new("local", name, "", body) { OpsetImports = { [""] = 20, ["local"] = 1 }, RequiredParameters = [.. parameters] };

    private static Value Input(Graph graph) =>
        graph.AddInput("x", new TensorType(ElementType.Float, new TensorShape(Dim.Symbol("B"), Dim.Symbol("T"))));

    private static Value Typed(Value value)
    {
        value.Type = new TensorType(ElementType.Float, new TensorShape(Dim.Symbol("B"), Dim.Symbol("T")));
        return value;
    }

    private static Model NewModel(Graph graph, params Function[] functions)
    {
        Model model = new(graph, 10) { OpsetImports = { [""] = 20, ["local"] = 1 } };
        model.Functions.AddRange(functions);
        return model;
    }
}
