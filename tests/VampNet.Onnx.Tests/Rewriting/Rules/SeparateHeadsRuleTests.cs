using VampNet.Onnx.Rewriting;
using VampNet.Onnx.Rewriting.Rules;
using static VampNet.Onnx.Tests.Rewriting.RuleHarness;

namespace VampNet.Onnx.Tests.Rewriting.Rules;

/// <summary>Attention whose batch and heads are one axis.</summary>
public sealed class SeparateHeadsRuleTests
{
    private const int Heads = 3;
    private const int Size = 4;

    private static readonly Dim B = Dim.Symbol("B");
    private static readonly Dim T = Dim.Symbol("T");
    private static readonly SeparateHeadsRule Rule = new();

    private static Model Build(int opset = 17, bool isMasked = true, bool isReadTwice = false, bool divides = false, long merged = Heads)
    {
        GraphBuilder g = new("g", opset);
        Value x = g.Input("x", ElementType.Float, B, T, Heads * Size);
        Value q = Rows("q"),
            k = Rows("k"),
            v = Rows("v");
        Value turned = g.Node("Transpose", "k.turned", [k], [("perm", new long[] { 0, 2, 1 })]);
        Value product = g.Node("MatMul", "scores", [q, turned]);
        Value scores = g.Node(divides ? "Div" : "Mul", "scaled", [product, g.Constant(0.5f)]);
        if (isMasked)
        {
            Value four = g.Node(
                "Reshape",
                "scores.four",
                [
                    scores,
                    g.Node(
                        "Concat",
                        "four",
                        [Batch("four.batch"), g.Constant([Heads]), Time("four.rows"), Time("four.columns")],
                        [("axis", 0)]
                    ),
                ]
            );
            Value masked = g.Node("Add", "masked", [four, g.Input("mask", ElementType.Float, B, 1, 1, T)]);
            scores = g.Node(
                "Reshape",
                "scores.three",
                [masked, g.Node("Concat", "three", [g.Constant([-1L]), Time("three.rows"), Time("three.columns")], [("axis", 0)])]
            );
        }

        Value weights = g.Node("Softmax", "weights", [scores], [("axis", 2)]);
        Value mixed = g.Node("MatMul", "mixed", [weights, v]);
        Value apart = g.Node(
            "Reshape",
            "apart",
            [
                mixed,
                g.Node(
                    "Concat",
                    "apart.shape",
                    [g.Constant([-1L]), g.Constant([merged]), Time("apart.time"), g.Constant([Size * Heads / merged])],
                    [("axis", 0)]
                ),
            ]
        );
        g.Output(g.Node("Transpose", "moved", [apart], [("perm", new long[] { 0, 2, 1, 3 })]), "y", ElementType.Float);
        g.Graph.Outputs[0].Type = new TensorType(ElementType.Float, null);
        if (isReadTwice)
        {
            g.Output(g.Node("Neg", "weights.seen", [weights]), "seen", ElementType.Float);
            g.Graph.Outputs[1].Type = new TensorType(ElementType.Float, null);
        }

        return g.Build();

        Value Batch(string name) => Length(name, 0);

        Value Time(string name) => Length(name, 1);

        Value Length(string name, long axis) =>
            g.Node("Gather", name, [g.Node("Shape", $"{name}.of", [x]), g.Constant([axis])], [("axis", 0)]);

        Value Rows(string name)
        {
            Value factor = g.Constant(
                name switch
                {
                    "q" => 0.7f,
                    "k" => -0.4f,
                    _ => 1.1f,
                }
            );
            Value split = g.Node("Reshape", $"{name}.split", [g.Node("Mul", $"{name}.own", [x, factor]), g.Constant(0, 0, Heads, Size)]);
            Value heads = g.Node("Transpose", $"{name}.heads", [split], [("perm", new long[] { 0, 2, 1, 3 })]);
            Value count = g.Node("Mul", $"{name}.count", [Batch($"{name}.batch"), g.Constant([Heads])]);
            Value three = g.Node("Concat", $"{name}.three", [count, Time($"{name}.time"), g.Constant([Size])], [("axis", 0)]);
            return g.Node("Reshape", name, [heads, three]);
        }
    }

    [Theory]
    [InlineData(12, true, false)]
    [InlineData(17, true, true)]
    [InlineData(17, false, false)]
    public void SeparateHeads_ThreeAxes_BecomeFour(int opset, bool isMasked, bool divides)
    {
        Model model = Build(opset, isMasked, divides: divides);
        Fire(model, Rule);
        Assert.All(
            model.Graph.Nodes.Where(node => node.OpType is "MatMul" or "Softmax"),
            node => Assert.Equal(4, node.Outputs[0].TensorType?.Shape?.Rank)
        );
    }

    [Fact]
    public void SeparateHeads_BeforeFuseAttention_IsOneOperator()
    {
        Model model = Build();
        Dictionary<string, long> lengths = new() { ["B"] = 2, ["T"] = 7 };
        double[][] before = OrtRunner.Run(model, lengths);
        ModelOptimizer.Optimize(model, RewriteTarget.OnnxRuntime);
        Assert.Single(model.Graph.Nodes, node => node.OpType == "MultiHeadAttention");
        Assert.DoesNotContain(model.Graph.Nodes, node => node.OpType is "Softmax" or "MatMul");
        AssertClose(before, OrtRunner.Run(model, lengths), 4e-6);
    }

    [Fact]
    public void SeparateHeads_EachGuard_Stops()
    {
        // What is read elsewhere would be computed twice.
        Assert.Contains("alike", Assert.Single(Refuse(Build(isMasked: false, isReadTwice: true), Rule)), StringComparison.Ordinal);
        // Parted into other groups than those that were merged.
        Assert.Empty(Refuse(Build(isMasked: false, merged: 1), Rule));
    }
}
