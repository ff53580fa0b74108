using VampNet.Onnx.ShapeInference;

namespace VampNet.Onnx.Tests.ShapeInference;

public class ShapeInferencePassTests
{
    private static readonly TensorType Audio = (TensorType)NodeInference.Type("float[B, 1, S]");

    [Fact]
    public void Run_ShapeComputedInTheGraph_IsFollowed()
    {
        var graph = new Graph("pad to a multiple of 768");
        Value audio = graph.AddInput("audio", Audio);
        Value samples = Node(graph, "Shape", [audio], "samples", ("start", 2));
        Value hop = graph.AddInitializer("hop", TensorData.FromArray([768L], 1));
        Value missing = Node(graph, "Mod", [Node(graph, "Neg", [samples], "negative"), hop], "missing");
        Value zeros = graph.AddInitializer("zeros", TensorData.FromArray(new long[5], 5));
        Value pads = Node(graph, "Concat", [zeros, missing], "pads", ("axis", 0L));
        graph.AddOutput(Node(graph, "Pad", [audio, pads], "padded"));
        using Model model = Model(graph);

        ShapeInferenceResult result = ShapeInferencePass.Run(model);

        Assert.Equal("float[B, 1, (S + 767)/768*768]", model.Graph.Outputs[0].Type!.ToString());
        Assert.Equal("{(S + 767)/768*768 - S}", result.Elements[missing].ToString());
        Assert.Equal("{0, 0, 0, 0, 0, (S + 767)/768*768 - S}", result.Elements[pads].ToString());
        Assert.DoesNotContain(hop, result.Elements.Keys);
        Assert.True(result.Modified);
    }

    [Fact]
    public void Run_DeclarationContradictsGraph_IsReportedAndTheGraphWins()
    {
        (Model? model, Value? output) = SingleNode("Relu", "float[2, 3]");
        output.Type = NodeInference.Type("float[2, 4]");

        Diagnostic diagnostic = Assert.Single(ShapeInferencePass.Run(model).Diagnostics);

        Assert.Equal(InferenceDiagnosticIds.DeclarationContradicted, diagnostic.Id);
        Assert.Equal("node", diagnostic.Node);
        Assert.Contains("float[2, 4]", diagnostic.Message);
        Assert.Contains("float[2, 3]", diagnostic.Message);
        Assert.Equal(NodeInference.Type("float[2, 3]"), output.Type);
    }

    [Theory]
    [InlineData("float[B, ?]", "float[N, K]", "float[B, K]")]
    [InlineData("float[?]", "float[N, 5]", "float[N, 5]")]
    [InlineData("float[B, 5]", "float[7, 5]", "float[B, 5]")]
    [InlineData("float[B, 5]", "float[?]", "float[B, 5]")]
    public void Run_DeclarationAddsToGraph_FillsGapsOnly(string input, string declared, string expected)
    {
        (Model? model, Value? output) = SingleNode("Relu", input);
        output.Type = NodeInference.Type(declared);
        Assert.Empty(ShapeInferencePass.Run(model).Diagnostics);
        Assert.Equal(expected, output.Type.ToString());
    }

    [Fact]
    public void Run_UnknownOperator_WarnsAndKeepsTheDeclaration()
    {
        (Model? model, Value? output) = SingleNode("Frobnicate", "float[2]");
        output.Type = NodeInference.Type("int64[9]");
        Diagnostic diagnostic = Assert.Single(ShapeInferencePass.Run(model).Diagnostics);
        Assert.Equal((InferenceDiagnosticIds.OperatorUnknown, Severity.Warning), (diagnostic.Id, diagnostic.Severity));
        Assert.Equal(NodeInference.Type("int64[9]"), output.Type);
    }

    [Fact]
    public void Run_NodeIsWrong_GoesOnBehindIt()
    {
        var graph = new Graph("test");
        (Value? left, Value? right) = (
            graph.AddInput("left", NodeInference.Type("float[3]")),
            graph.AddInput("right", NodeInference.Type("float[4]"))
        );
        Value sum = Node(graph, "Add", [left, right], "sum");
        Value shaped = Node(graph, "Concat", [Node(graph, "Relu", [right], "positive"), right], "joined", ("axis", 0L));
        graph.AddOutput(sum);
        graph.AddOutput(shaped);
        using Model model = Model(graph);
        Assert.Equal(InferenceDiagnosticIds.LengthMismatch, Assert.Single(ShapeInferencePass.Run(model).Diagnostics).Id);
        Assert.Equal("float[8]", shaped.Type!.ToString());
    }

    [Fact]
    public void Run_LengthBeyondInt64_IsReported()
    {
        var graph = new Graph("test");
        Value input = graph.AddInput("x", NodeInference.Type("float[4294967296, 3]"));
        graph.AddOutput(Node(graph, "Tile", [input, graph.AddInitializer("repeats", TensorData.FromArray([1L << 40, 1L], 2))], "y"));
        using Model model = Model(graph);
        Assert.Equal(InferenceDiagnosticIds.LengthOverflow, Assert.Single(ShapeInferencePass.Run(model).Diagnostics).Id);
    }

    [Fact]
    public void Run_InitializerThatIsAnInputToo_IsNoConstant()
    {
        var graph = new Graph("test");
        Value shape = graph.AddInitializer("shape", TensorData.FromArray([2L, 3L], 2));
        graph.AddInput(shape);
        graph.AddOutput(Node(graph, "ConstantOfShape", [shape], "y"));
        using Model model = Model(graph);
        ShapeInferencePass.Run(model);
        Assert.Equal("float[shape[0], shape[1]]", model.Graph.Outputs[0].Type!.ToString());
    }

    [Fact]
    public void Run_LengthFromAnInputsElement_IsWrittenToNoFile()
    {
        using Model model = ReshapeByInput(declared: null);
        ShapeInferencePass.Run(model);
        Assert.True(model.Graph.Outputs[0].TensorType!.Shape!.All(static length => length.HasElement));
        using Model written = ModelReader.Read(ModelWriter.ToBytes(model));
        Assert.Equal("float[?, ?]", written.Graph.Outputs[0].Type!.ToString());
    }

    [Theory]
    [InlineData("float[6, 4]")]
    [InlineData("float[N, M]")]
    public void Run_LengthFromAnInputsElement_GivesWayToADeclaration(string declared)
    {
        using Model model = ReshapeByInput(declared);
        Assert.Empty(ShapeInferencePass.Run(model).Diagnostics);
        Assert.Equal(declared, model.Graph.Outputs[0].Type!.ToString());
    }

    [Fact]
    public void Read_DimParamThatLooksLikeAnElement_IsALetterAndComesBack()
    {
        var graph = new Graph("test");
        graph.AddOutput(
            Node(
                graph,
                "Relu",
                [graph.AddInput("x", new TensorType(ElementType.Float, new TensorShape(Dim.Symbol("shape[0]"), Dim.Symbol("a b"))))],
                "y"
            )
        );
        using Model model = Model(graph);
        ShapeInferencePass.Run(model);
        using Model read = ModelReader.Read(ModelWriter.ToBytes(model));
        Assert.Equal([Dim.Symbol("shape[0]"), Dim.Symbol("a b")], read.Graph.Outputs[0].TensorType!.Shape!);
        Assert.Equal(
            ["a b", "shape[0]"],
            read.Graph.Outputs[0].TensorType!.Shape!.SelectMany(static length => length.Letters).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Run_ExpressionsOfElementsThatGrow_BecomeUnknownWithoutAReport()
    {
        var graph = new Graph("test");
        Value value = graph.AddInput("x", NodeInference.Type("float[B, T, 3, 4]"));
        for (int i = 0; i < 6; i++)
        {
            value = Node(graph, "Reshape", [value, graph.AddInput($"shape{i}", NodeInference.Type("int64[4]"))], $"y{i}");
        }

        graph.AddOutput(Node(graph, "Flatten", [value], "flat"));
        graph.AddOutput(Node(graph, "Shape", [value], "lengths"));
        using Model model = Model(graph);
        Assert.Empty(ShapeInferencePass.Run(model).Diagnostics);
        Assert.All(graph.Outputs[0].TensorType!.Shape!, static length => Assert.True(length.HasUnknown, $"{length}"));
        Assert.Equal("int64[4]", graph.Outputs[1].Type!.ToString());
    }

    [Fact]
    public void Run_NodeReadsItsOwnResult_Ends()
    {
        var graph = new Graph("test");
        Value input = graph.AddInput("x", NodeInference.Type("float[2]"));
        Value sum = Node(graph, "Add", [input, input], "sum");
        sum.Producer!.SetInput(1, sum);
        graph.AddOutput(sum);
        using Model model = Model(graph);
        ShapeInferencePass.Run(model);
        Assert.Equal(ElementType.Float, sum.TensorType!.ElementType);
    }

    [Theory]
    [InlineData(6, "float[T, B]")]
    [InlineData(7, "float[B, T]")]
    [InlineData(20, "float[B, T]")]
    public void Run_OperatorOfSeveralVersions_TakesTheRuleInForce(int opset, string expected) =>
        Assert.Equal(expected, NodeInference.Run("Add", opset < 7 ? "float[T, B]; float[B]" : "float[B, 1]; float[T]", "", opset));

    private static (Model Model, Value Output) SingleNode(string opType, string input)
    {
        var graph = new Graph("test");
        Node node = graph.AddNode(opType, [graph.AddInput("x", NodeInference.Type(input))], ["y"], name: "node");
        graph.AddOutput(node.Outputs[0]);
        return (Model(graph), node.Outputs[0]);
    }

    private static Model ReshapeByInput(string? declared)
    {
        var graph = new Graph("test");
        (Value? input, Value? shape) = (
            graph.AddInput("x", NodeInference.Type("float[2, 3, 4]")),
            graph.AddInput("shape", NodeInference.Type("int64[2]"))
        );
        Value output = Node(graph, "Reshape", [input, shape], "y");
        output.Type = declared is null ? new TensorType(ElementType.Float, null) : NodeInference.Type(declared);
        graph.AddOutput(output);
        return Model(graph);
    }

    private static Model Model(Graph graph) => new(graph, 10) { OpsetImports = { [""] = 20 } };

    private static Value Node(Graph graph, string opType, Value[] inputs, string output, params ReadOnlySpan<Attribute> attributes) =>
        graph.AddNode(opType, inputs, [output], attributes).Outputs[0];
}
