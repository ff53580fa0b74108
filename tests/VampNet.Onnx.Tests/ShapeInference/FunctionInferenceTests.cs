using VampNet.Onnx.ShapeInference;

namespace VampNet.Onnx.Tests.ShapeInference;

public class FunctionInferenceTests
{
    [Fact]
    public void Run_CallsOfOneFunction_AreInferredEachForItsOwnInputs()
    {
        var body = new Graph("body");
        body.AddOutput(body.AddNode("Transpose", [body.AddInput("x", null)], ["y"]).Outputs[0]);
        var graph = new Graph("main");
        Value first = graph.AddNode("Turn", [graph.AddInput("a", NodeInference.Type("float[B, T]"))], ["c"], domain: "local").Outputs[0];
        Value second = graph.AddNode("Turn", [graph.AddInput("b", NodeInference.Type("int64[2, 3, 5]"))], ["d"], domain: "local").Outputs[
            0
        ];
        using Model model = Model(graph, Function("Turn", body));

        Assert.Empty(ShapeInferencePass.Run(model).Diagnostics);

        Assert.Equal("float[T, B]", first.Type!.ToString());
        Assert.Equal("int64[5, 3, 2]", second.Type!.ToString());
        Assert.Null(body.Outputs[0].Type);
    }

    [Theory]
    [InlineData(null, "float[B, T*2]")]
    [InlineData(0L, "float[B*2, T]")]
    public void Run_AttributeBoundByTheCall_ReachesTheBody(long? axis, string expected)
    {
        var body = new Graph("body");
        Value x = body.AddInput("x", null);
        Node node = body.AddNode("Concat", [x, x], ["y"]);
        node.Attributes.Set(new Attribute("axis", AttributeKind.Int, null, reference: "along"));
        body.AddOutput(node.Outputs[0]);
        var function = new Function("local", "Twice", "", body)
        {
            OpsetImports = { [""] = 20 },
            DefaultParameters = [Attribute.Of("along", 1)],
        };
        var graph = new Graph("main");
        Attribute[] given = axis is null ? [] : [Attribute.Of("along", axis.Value)];
        Value output = graph.AddNode("Twice", [graph.AddInput("a", NodeInference.Type("float[B, T]"))], ["c"], given, "local").Outputs[0];
        using Model model = Model(graph, function);

        Assert.Empty(ShapeInferencePass.Run(model).Diagnostics);

        Assert.Equal(expected, output.Type!.ToString());
    }

    [Fact]
    public void Run_FunctionThatCallsItself_IsReportedOnce()
    {
        var body = new Graph("body");
        body.AddOutput(body.AddNode("Again", [body.AddInput("x", null)], ["y"], domain: "local").Outputs[0]);
        AssertLimited(Function("Again", body), "Again");
    }

    [Fact]
    public void Run_FunctionsThatDoubleAtEachLevel_AreReportedOnceAndEnd()
    {
        IEnumerable<Function> functions = Enumerable
            .Range(0, 40)
            .Select(static level =>
            {
                var body = new Graph("body");
                string inner = level == 0 ? "Relu" : $"Level{level - 1}";
                Value once = body.AddNode(inner, [body.AddInput("x", null)], ["once"], domain: level == 0 ? "" : "local").Outputs[0];
                body.AddOutput(body.AddNode(inner, [once], ["twice"], domain: level == 0 ? "" : "local").Outputs[0]);
                return Function($"Level{level}", body);
            });
        AssertLimited([.. functions], "Level39");
    }

    private static void AssertLimited(Function function, string called) => AssertLimited([function], called);

    private static void AssertLimited(Function[] functions, string called)
    {
        var graph = new Graph("main");
        graph.AddOutput(graph.AddNode(called, [graph.AddInput("a", NodeInference.Type("float[B, T]"))], ["c"], domain: "local").Outputs[0]);
        using Model model = Model(graph, functions);
        Assert.Equal(InferenceDiagnosticIds.ExpansionLimit, Assert.Single(ShapeInferencePass.Run(model).Diagnostics).Id);
    }

    private static Function Function(string name, Graph body) =>
        new("local", name, "", body) { OpsetImports = { [""] = 20, ["local"] = 1 } };

    private static Model Model(Graph graph, params Function[] functions)
    {
        var model = new Model(graph, 10) { OpsetImports = { [""] = 20, ["local"] = 1 } };
        model.Functions.AddRange(functions);
        return model;
    }
}
