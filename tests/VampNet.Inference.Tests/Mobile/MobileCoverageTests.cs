using VampNet.Inference.Mobile;
using VampNet.Onnx;
using VampNet.Onnx.ShapeInference;

namespace VampNet.Inference.Tests.Mobile;

public sealed class MobileCoverageTests
{
    [Fact]
    public void Of_FixedChain_IsOnePiece()
    {
        Model model = Chain("Relu", "Tanh", "Sigmoid");

        MobileCoverage coverage = MobileCoverage.Of(model, MobileProvider.Nnapi);

        Assert.Equal((3, 3, 1), (coverage.Nodes, coverage.Taken, coverage.Partitions));
        Assert.Empty(coverage.Left);
    }

    [Fact]
    public void Of_OperatorInTheMiddleThatIsNotTaken_SplitsThePiece()
    {
        MobileCoverage coverage = MobileCoverage.Of(Chain("Relu", "Erf", "Tanh"), MobileProvider.Nnapi);

        Assert.Equal((3, 2, 2), (coverage.Nodes, coverage.Taken, coverage.Partitions));
        Assert.Equal([new LeftOperator("Erf", 1, "not among its operators")], coverage.Left);
        Assert.Equal(3, MobileCoverage.Of(Chain("Relu", "Erf", "Tanh"), MobileProvider.CoreMl).Taken);
    }

    [Fact]
    public void Of_TwoBranchesBesideAnOperatorThatIsNotTaken_AreOnePieceEachSide()
    {
        Model model = Chain("Relu");
        Graph graph = model.Graph;
        Value start = graph.Outputs[0];
        Value left = graph.AddNode("Erf", [start], ["erf"]).Outputs[0];
        Value right = graph.AddNode("Tanh", [start], ["tanh"]).Outputs[0];
        Value sum = graph.AddNode("Add", [left, right], ["sum"]).Outputs[0];
        graph.AddOutput(sum);
        ShapeInferencePass.Run(model);

        Assert.Equal(2, MobileCoverage.Of(model, MobileProvider.Nnapi).Partitions);
    }

    [Fact]
    public void Of_OpenLengths_AreLeftUntilTheyAreFixed()
    {
        Model model = Chain(Dim.Symbol("T"), "Relu");
        MobileCoverage open = MobileCoverage.Of(model, MobileProvider.Nnapi);

        FixedLengths.Apply(model, new Dictionary<string, long> { ["T"] = 574 });
        ShapeInferencePass.Run(model);

        Assert.Contains("--fix", Assert.Single(open.Left).Reason, StringComparison.Ordinal);
        Assert.Equal(1, MobileCoverage.Of(model, MobileProvider.Nnapi).Taken);
        Assert.True(model.Graph.Inputs[0].TensorType!.Shape![2].Is(574));
        Assert.True(model.Graph.Outputs[0].TensorType!.Shape![2].Is(574));
    }

    [Theory]
    [InlineData(3, false, true, false)]
    [InlineData(4, true, true, true)]
    public void Of_Convolution_DependsOnItsAxes(int rank, bool nnapi, bool coreMl, bool xnnpack)
    {
        Model model = new(new Graph("g"), 9);
        model.OpsetImports[""] = 20;
        Value input = model.Graph.AddInput("x", new TensorType(ElementType.Float, new TensorShape(Enumerable.Repeat(Dim.Of(4), rank))));
        Value weight = model.Graph.AddInitializer(
            "w",
            TensorData.FromArray(new float[(int)Math.Pow(4, rank)], [.. Enumerable.Repeat(4L, rank)])
        );
        model.Graph.AddOutput(model.Graph.AddNode("Conv", [input, weight], ["y"]).Outputs[0]);
        ShapeInferencePass.Run(model);

        Assert.Equal(
            (nnapi, coreMl, xnnpack),
            (IsTaken(model, MobileProvider.Nnapi), IsTaken(model, MobileProvider.CoreMl), IsTaken(model, MobileProvider.Xnnpack))
        );
    }

    [Fact]
    public void Of_Int64Numbers_AreLeft()
    {
        Model model = Chain("Relu");
        Graph graph = model.Graph;
        Value codes = graph.AddInput("codes", new TensorType(ElementType.Int64, new TensorShape(Dim.Of(3))));
        graph.AddOutput(graph.AddNode("Add", [codes, codes], ["twice"]).Outputs[0]);
        ShapeInferencePass.Run(model);

        Assert.Equal([new LeftOperator("Add", 1, "int64 numbers")], MobileCoverage.Of(model, MobileProvider.Nnapi).Left);
    }

    [Fact]
    public void Apply_LetterThatNoInputHas_IsRefusedWithThoseThatThereAre()
    {
        InferenceException error = Assert.Throws<InferenceException>(() =>
            FixedLengths.Apply(Chain(Dim.Symbol("T"), "Relu"), new Dictionary<string, long> { ["S"] = 5 })
        );

        Assert.Equal("VNI0601", error.Id);
        Assert.EndsWith("Expected one of: T.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_EveryProvider_NamesItsSource() =>
        Assert.All(MobileProvider.All, provider => Assert.Contains("documentation", provider.Source, StringComparison.Ordinal));

    private static bool IsTaken(Model model, MobileProvider provider) => MobileCoverage.Of(model, provider).Taken == 1;

    private static Model Chain(params string[] operators) => Chain(Dim.Of(7), operators);

    private static Model Chain(Dim length, params string[] operators)
    {
        Model model = new(new Graph("g"), 9);
        model.OpsetImports[""] = 20;
        Value value = model.Graph.AddInput("x", new TensorType(ElementType.Float, new TensorShape(Dim.Of(2), Dim.Of(5), length)));
        foreach (string name in operators)
        {
            value = model.Graph.AddNode(name, [value], [$"{name}.out"]).Outputs[0];
        }

        model.Graph.AddOutput(value);
        ShapeInferencePass.Run(model);
        return model;
    }
}
