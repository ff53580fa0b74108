using VampNet.Onnx.Rewriting;
using VampNet.Onnx.Rewriting.Folding;

namespace VampNet.Onnx.Tests.Rewriting.Folding;

public sealed class FoldConstantRuleTests
{
    private static readonly float[] Numbers = [-2.5f, -1f, 0.5f, 1f, 2f, 3.75f];

    /// <summary>Folds the graph to nothing but its output and compares with what ONNX Runtime computes, bit for bit.</summary>
    private static void AssertFolds(int opset, Func<GraphBuilder, Value> emit, double budget = 0)
    {
        GraphBuilder g = new("g", opset);
        Value constant = emit(g);
        Value y = g.Node("Identity", "last", [constant]);
        g.Output(y, "y", ElementType.Float);
        _ = VampNet.Onnx.ShapeInference.ShapeInferencePass.Run(g.Build());
        Model model = g.Build();
        double[][] expected = OrtRunner.Run(model, new Dictionary<string, long>());
        new RulesPass("fold", new FoldConstantRule()).Run(model, RewriteTarget.Portable, []);
        Assert.Empty(model.Graph.Nodes);
        RuleHarness.AssertClose(expected, OrtRunner.Run(model, new Dictionary<string, long>()), budget);
    }

    private static Value Floats(GraphBuilder g, string name = "a", params long[] shape) =>
        g.Weight(name, TensorData.FromArray(Numbers, shape.Length == 0 ? [6] : shape));

    private static Value Ints(GraphBuilder g, string name = "i") => g.Weight(name, TensorData.FromArray([-7L, -2, 0, 3, 5, 9], 2, 3));

    [Theory]
    [InlineData("Add")]
    [InlineData("Sub")]
    [InlineData("Mul")]
    [InlineData("Div")]
    [InlineData("Equal")]
    [InlineData("Less")]
    [InlineData("LessOrEqual")]
    [InlineData("Greater")]
    [InlineData("GreaterOrEqual")]
    public void Apply_BinaryOperators_GiveTheSameBits(string op)
    {
        AssertFolds(17, g => g.Node(op, "y1", [Floats(g, "a", 2, 3), g.Weight("b", TensorData.FromArray([0.3f, -1.1f, 2f], 3))]));
        AssertFolds(17, g => g.Node(op, "y1", [Ints(g), g.Weight("b", TensorData.FromArray([3L, 2, -2], 3))]));
    }

    [Theory]
    [InlineData("Neg")]
    [InlineData("Abs")]
    [InlineData("Floor")]
    [InlineData("Ceil")]
    [InlineData("Reciprocal")]
    public void Apply_UnaryOperators_GiveTheSameBits(string op) => AssertFolds(17, g => g.Node(op, "y1", [Floats(g)]));

    [Fact]
    public void Apply_SqrtAndSquare_GiveTheSameBits() =>
        AssertFolds(17, g => g.Node("Sqrt", "y1", [g.Node("Pow", "p", [Floats(g), g.Constant(2f)])]));

    [Fact]
    public void Apply_Logic_GivesTheSame() =>
        AssertFolds(
            17,
            g =>
            {
                Value a = g.Node("Less", "l", [Floats(g), g.Constant(1f)]);
                Value b = g.Node("Greater", "h", [Floats(g, "b"), g.Constant(-2f)]);
                return g.Node(
                    "Where",
                    "w",
                    [g.Node("Or", "o", [g.Node("Not", "n", [a]), g.Node("And", "d", [a, b])]), Floats(g, "c"), g.Constant(9f)]
                );
            }
        );

    [Theory]
    [InlineData(ElementType.Int32)]
    [InlineData(ElementType.Int8)]
    [InlineData(ElementType.Bool)]
    [InlineData(ElementType.Double)]
    [InlineData(ElementType.Float16)]
    public void Apply_Cast_GivesTheSame(ElementType type) =>
        AssertFolds(17, g => g.Node("Cast", "back", [g.Node("Cast", "there", [Floats(g)], [("to", (long)type)])], [("to", 1)]));

    [Fact]
    public void Apply_ChangesOfShape_GiveTheSame() =>
        AssertFolds(
            17,
            g =>
            {
                Value x = g.Node("Transpose", "t", [Floats(g, "a", 2, 3)], [("perm", new long[] { 1, 0 })]);
                x = g.Node("Unsqueeze", "u", [g.Node("Flatten", "f", [x], [("axis", 1)]), g.Constant(0, -1)]);
                x = g.Node("Squeeze", "s", [x, g.Constant([0])]);
                return g.Node("Reshape", "r", [x, g.Constant(0, -1)]);
            }
        );

    [Fact]
    public void Apply_SlicesConcatGatherExpand_GiveTheSame() =>
        AssertFolds(
            17,
            g =>
            {
                Value x = Floats(g, "a", 2, 3);
                Value back = g.Node("Slice", "b", [x, g.Constant([-1]), g.Constant([long.MinValue]), g.Constant([1]), g.Constant([-2])]);
                Value front = g.Node("Slice", "f", [x, g.Constant([0]), g.Constant([100]), g.Constant([-1]), g.Constant([2])]);
                Value both = g.Node("Concat", "c", [back, front], [("axis", 1)]);
                Value picked = g.Node("Gather", "p", [both, g.Weight("at", TensorData.FromArray([3L, -4, 1], 3, 1))], [("axis", 1)]);
                return g.Node("Expand", "e", [picked, g.Constant(2, 2, 1, 4)]);
            }
        );

    [Fact]
    public void Apply_CreatedTensors_GiveTheSame() =>
        AssertFolds(
            17,
            g =>
            {
                Value filled = g.Node(
                    "ConstantOfShape",
                    "f",
                    [g.Node("Shape", "s", [Floats(g, "a", 2, 3)])],
                    [("value", TensorData.FromArray([5L], 1))]
                );
                Value range = g.Node("Range", "r", [g.Constant(7L), g.Constant(0L), g.Constant(-3L)]);
                return g.Node("Add", "y1", [filled, range]);
            }
        );

    [Theory]
    [InlineData("ReduceSum", 17)]
    [InlineData("ReduceSum", 11)]
    [InlineData("ReduceMean", 17)]
    [InlineData("ReduceMean", 18)]
    [InlineData("ReduceL2", 17)]
    [InlineData("ReduceSumSquare", 18)]
    public void Apply_Reductions_AgreeWithinRounding(string op, int opset)
    {
        bool byInput = opset >= 18 || (op == "ReduceSum" && opset >= 13);
        AssertFolds(
            opset,
            g =>
                byInput
                    ? g.Node(op, "y1", [Floats(g, "a", 2, 3), g.Constant([-1])], [("keepdims", 0)])
                    : g.Node(op, "y1", [Floats(g, "a", 2, 3)], [("axes", new long[] { 0 }), ("keepdims", 1)]),
            1e-7
        );
    }

    [Fact]
    public void Apply_WeightNorm_IsFoldedToOneWeight() =>
        AssertFolds(
            17,
            g =>
            {
                Value v = Floats(g, "v", 2, 3, 1);
                Value norm = g.Node("ReduceL2", "norm", [v], [("axes", new long[] { 1, 2 }), ("keepdims", 1)]);
                return g.Node("Mul", "w", [g.Weight("g", TensorData.FromArray([0.7f, 1.3f], 2, 1, 1)), g.Node("Div", "unit", [v, norm])]);
            },
            1e-7
        );

    [Fact]
    public void Apply_ConstantNodes_BecomeInitializers() =>
        AssertFolds(
            17,
            g =>
            {
                Value floats = g.Node("Constant", "c", [], [Attribute.Of("value_floats", [1.5f, 2.5f])]);
                Value one = g.Node("Constant", "d", [], [("value_float", 2f)]);
                return g.Node("Mul", "y1", [floats, one]);
            }
        );

    [Fact]
    public void Apply_ResultThatWouldGrowTheModel_Stays()
    {
        GraphBuilder g = new("g", 17);
        Value y = g.Node("Expand", "e", [g.Constant(1f), g.Constant(1000, 1000)]);
        g.Output(y, "y", ElementType.Float, 1000, 1000);
        Assert.Contains("would add more", Assert.Single(RuleHarness.Refuse(g.Build(), new FoldConstantRule())), StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_LargeWeight_IsComputedWhileWritten()
    {
        GraphBuilder g = new("g", 17);
        int times = 0;
        Value w = g.Weight(
            "w",
            ElementType.Float,
            [600, 700],
            bytes =>
            {
                times++;
                System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(bytes)[1] = 3;
            }
        );
        Value x = g.Input("x", ElementType.Float, Dim.Symbol("N"), 700);
        Value y = g.Node("MatMul", "m", [x, g.Node("Transpose", "t", [w], [("perm", new long[] { 1, 0 })])]);
        g.Output(y, "y", ElementType.Float, Dim.Symbol("N"), 600);
        Model model = g.Build();
        Assert.True(new RulesPass("fold", new FoldConstantRule()).Run(model, RewriteTarget.Portable, []));
        Assert.Equal(0, times);
        Assert.Equal("MatMul", Assert.Single(model.Graph.Nodes).OpType);
        Assert.Equal(3, model.Graph.Nodes[0].Inputs[1]!.Constant!.ToSingles()[600]);
        Assert.Equal(1, times);
    }

    [Theory]
    [InlineData("Div")]
    [InlineData("Gather")]
    [InlineData("Range")]
    public void Apply_WhatHasNoResult_Stays(string op)
    {
        GraphBuilder g = new("g", 17);
        Value zero = g.Weight("zero", TensorData.FromArray([0f], 1));
        Value y = op switch
        {
            "Div" => g.Node("Div", "d", [Ints(g), g.Constant(0L)]),
            "Gather" => g.Node("Gather", "d", [zero, g.Constant(99L)]),
            _ => g.Node("Range", "d", [g.Constant(0L), g.Constant(9L), g.Constant(0L)]),
        };
        g.Output(y, "y", ElementType.Int64);
        y.Type = new TensorType(op == "Gather" ? ElementType.Float : ElementType.Int64, null);
        _ = RuleHarness.Refuse(g.Build(), new FoldConstantRule());
    }
}
