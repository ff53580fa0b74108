using VampNet.Onnx.Rewriting;
using VampNet.Onnx.ShapeInference;
using VampNet.TestSupport;

namespace VampNet.Onnx.Tests.ShapeInference;

public sealed class IncrementalInferenceTests
{
    private const int Length = 2000;

    public static TheoryData<string> Graphs =>
        [
            .. Directory
                .GetFiles(Golden.Path("foreign"), "*.onnx")
                .Concat(Directory.GetFiles(Golden.Path("cases"), "*.onnx"))
                .Select(path => Path.GetRelativePath(Golden.Path("."), path)),
        ];

    [Fact]
    public void Update_OneNodeChanged_InfersItAndWhatFollowsFromIt()
    {
        (Model model, Value x) = Chain();
        using (model)
        {
            var inference = new IncrementalInference(model);
            inference.Update();
            Assert.Equal(Length, inference.Visits);

            Node node = model.Graph.Nodes[Length / 2];
            node.OpType = "Neg";
            inference.Invalidate([node]);
            inference.Update();
            Assert.Equal(Length + 1, inference.Visits);

            // A longer value: all that reads it is longer.
            Node first = model.Graph.Nodes[0];
            Value twice = model.Graph.InsertNode(first, "Concat", [x, x], ["twice"], [("axis", 0L)]).Outputs[0];
            first.SetInput(0, twice);
            foreach (Node each in model.Graph.Nodes)
            {
                each.Outputs[0].Type = null;
            }

            inference.Invalidate([twice.Producer!, first]);
            inference.Update();
            Assert.Equal(2 * Length + 2, inference.Visits);
            Assert.Equal(new TensorType(ElementType.Float, TensorShape.Of([6L])), model.Graph.Outputs[0].Type);
        }
    }

    [Fact]
    public void Update_NothingChanged_InfersNothing()
    {
        (Model model, _) = Chain();
        using (model)
        {
            var inference = new IncrementalInference(model);
            inference.Update();
            inference.Update();

            Assert.Equal(Length, inference.Visits);
        }
    }

    /// <summary>After every patch of the whole pipeline, a few nodes are inferred; the types are those of inferring everything.</summary>
    [Theory]
    [MemberData(nameof(Graphs))]
    public void Optimize_AnyGraph_KnowsWhatInferringEverythingFinds(string graph)
    {
        using Model model = ModelReader.Read(Golden.Path(graph));
        try
        {
            ModelOptimizer.Optimize(model, RewriteTarget.OnnxRuntime);
        }
        catch (OnnxException)
        {
            Assert.Skip("This model cannot be optimized; other tests say why.");
        }

        Assert.False(ShapeInferencePass.Run(model).Modified);
    }

    private static (Model Model, Value Input) Chain()
    {
        GraphBuilder g = new("chain", 20);
        Value x = g.Input("x", ElementType.Float, 3);
        Value y = x;
        for (int i = 0; i < Length; i++)
        {
            y = g.Node("Relu", $"n{i}", [y]);
        }

        g.Graph.AddOutput(y);
        return (g.Build(), x);
    }
}
