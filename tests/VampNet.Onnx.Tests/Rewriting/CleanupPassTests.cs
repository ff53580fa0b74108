using VampNet.Onnx.Proto;
using VampNet.Onnx.Rewriting;

namespace VampNet.Onnx.Tests.Rewriting;

/// <summary>The passes over whole graphs.</summary>
public sealed class CleanupPassTests
{
    [Fact]
    public void RemoveDeadNodes_ChainNobodyReads_DisappearsWithItsInitializer()
    {
        GraphBuilder g = new("g", 20);
        Value x = g.Input("x", ElementType.Float, 3);
        Value w = g.Weight("w", TensorData.FromArray([1f, 2, 3], 3));
        _ = g.Node("Exp", "dead2", [g.Node("Add", "dead1", [x, w])]);
        g.Output(g.Node("Neg", "n", [x]), "y", ElementType.Float, 3);
        Model model = g.Build();
        Assert.True(new RemoveDeadNodesPass().Run(model, RewriteTarget.Portable, []));
        Assert.Equal("Neg", Assert.Single(model.Graph.Nodes).OpType);
        Assert.Empty(model.Graph.Initializers);
        Assert.False(new RemoveDeadNodesPass().Run(model, RewriteTarget.Portable, []));
    }

    [Fact]
    public void RemoveDeadNodes_ValueReadInASubgraphOnly_Stays()
    {
        GraphProto branch = new() { Name = "branch" };
        branch.Node.Add(ModelProtos.Node("Abs", "outer", "inner"));
        branch.Output.Add(ModelProtos.Tensor("inner", ElementType.Float, 2, 3));
        AttributeProto then = new()
        {
            Name = "then_branch",
            Type = AttributeProto.Types.AttributeType.Graph,
            G = branch,
        };
        using Model model = ModelProtos.Model(ModelProtos.Node("Neg", "x", "outer"), ModelProtos.Node("If", "x", "y").With(then)).Read();
        Assert.False(new RemoveDeadNodesPass().Run(model, RewriteTarget.Portable, []));
        Assert.Equal(3, model.AllGraphs().Sum(graph => graph.Nodes.Count));
    }

    [Fact]
    public void MergeDuplicates_EqualNodesAndConstants_AreOne()
    {
        GraphBuilder g = new("g", 20);
        Value x = g.Input("x", ElementType.Float, 3);
        Value a = g.Node("Add", "a", [x, g.Weight("w1", TensorData.FromArray([1f, 2, 3], 3))]);
        Value b = g.Node("Add", "b", [x, g.Weight("w2", TensorData.FromArray([1f, 2, 3], 3))]);
        Value left = g.Node("Softmax", "l", [a], [("axis", 0)]);
        Value right = g.Node("Softmax", "r", [b], [("axis", -1)]);
        g.Output(g.Node("Mul", "m", [left, right]), "y", ElementType.Float, 3);
        Model model = g.Build();
        Assert.True(new MergeDuplicatesPass().Run(model, RewriteTarget.Portable, []));
        Assert.Equal(["Add", "Softmax", "Softmax", "Mul"], model.Graph.Nodes.Select(node => node.OpType));
        Assert.Single(model.Graph.Initializers);
        Assert.Empty(ModelVerifier.Verify(model));
        Assert.False(new MergeDuplicatesPass().Run(model, RewriteTarget.Portable, []));
    }

    [Fact]
    public void MergeDuplicates_RandomNodesAndOtherTypes_StayApart()
    {
        GraphBuilder g = new("g", 20);
        Value a = g.Node("RandomUniform", "a", [], [("shape", new long[] { 3 })]);
        Value b = g.Node("RandomUniform", "b", [], [("shape", new long[] { 3 })]);
        Value c = g.Node("Cast", "c", [g.Weight("i", TensorData.FromArray([0, 0, 0], 3))], [("to", 1)]);
        Value d = g.Node("Cast", "d", [g.Weight("f", TensorData.FromArray([0f, 0, 0], 3))], [("to", 1)]);
        g.Output(g.Node("Sum", "s", [a, b, c, d]), "y", ElementType.Float, 3);
        Assert.False(new MergeDuplicatesPass().Run(g.Build(), RewriteTarget.Portable, []));
    }
}
