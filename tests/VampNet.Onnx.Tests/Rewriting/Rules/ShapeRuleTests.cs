using VampNet.Onnx.Rewriting;
using VampNet.Onnx.Rewriting.Rules;
using static VampNet.Onnx.Tests.Rewriting.RuleHarness;

namespace VampNet.Onnx.Tests.Rewriting.Rules;

/// <summary>The rules that only move or rename elements.</summary>
public sealed class ShapeRuleTests
{
    private static readonly Dim B = Dim.Symbol("B");
    private static readonly Dim T = Dim.Symbol("T");

    private static Model Chain(Func<GraphBuilder, Value, Value> emit, ElementType type = ElementType.Float)
    {
        GraphBuilder g = new("g", 17);
        Value x = g.Node("Neg", "x_used", [g.Input("x", type, B, T, 6)]);
        Value y = g.Node("Neg", "last", [emit(g, x)]);
        g.Output(y, "y", y.TensorType?.ElementType ?? type);
        g.Graph.Outputs[0].Type = new TensorType(type, null);
        return g.Build();
    }

    [Fact]
    public void EliminateIdentity_IdentityDropoutAndSameCast_AreRemoved()
    {
        Model model = Chain((g, x) => g.Node("Cast", "c", [g.Node("Dropout", "d", [g.Node("Identity", "i", [x])])], [("to", 1)]));
        Assert.Equal(["Neg", "Neg"], Fire(model, new EliminateIdentityRule()));
    }

    [Fact]
    public void EliminateIdentity_ReshapeToTheSameSymbolicShape_IsRemoved()
    {
        Model model = Chain((g, x) => g.Node("Reshape", "r", [x, g.Constant(0, -1, 6)]));
        Assert.Equal(["Neg", "Neg"], Fire(model, new EliminateIdentityRule()));
    }

    [Fact]
    public void EliminateIdentity_TransposeThatKeepsTheOrder_IsRemoved() =>
        Assert.Equal(
            ["Neg", "Neg"],
            Fire(Chain((g, x) => g.Node("Transpose", "t", [x], [("perm", new long[] { 0, 1, 2 })])), new EliminateIdentityRule())
        );

    [Fact]
    public void EliminateIdentity_IdentityFromInputToOutput_StaysForTheNamesSake()
    {
        GraphBuilder g = new("g", 17);
        g.Output(g.Input("x", ElementType.Float, B), "y", ElementType.Float, B);
        Assert.Contains("lose its name", Assert.Single(Refuse(g.Build(), new EliminateIdentityRule())), StringComparison.Ordinal);
    }

    [Fact]
    public void EliminateIdentity_DropoutWithTrainingSwitch_Stays()
    {
        GraphBuilder g = new("g", 17);
        Value training = g.Input("training", ElementType.Bool);
        Value x = g.Input("x", ElementType.Float, B);
        g.Output(g.Node("Dropout", "d", [x, null, training]), "y", ElementType.Float, B);
        Assert.Contains("training", Assert.Single(Refuse(g.Build(), new EliminateIdentityRule())), StringComparison.Ordinal);
    }

    [Fact]
    public void EliminateIdentity_RealReshapeOrCast_Stays()
    {
        Assert.Empty(Refuse(Chain((g, x) => g.Node("Reshape", "r", [x, g.Constant(0, 6, -1)])), new EliminateIdentityRule()));
        Assert.Empty(Refuse(Chain((g, x) => g.Node("Cast", "r", [x], [("to", (long)ElementType.Double)])), new EliminateIdentityRule()));
    }

    [Fact]
    public void MergeTransposes_TwoInARow_AreOne()
    {
        Model model = Chain(
            (g, x) =>
                g.Node(
                    "Transpose",
                    "b",
                    [g.Node("Transpose", "a", [x], [("perm", new long[] { 2, 0, 1 })])],
                    [("perm", new long[] { 1, 0, 2 })]
                )
        );
        Assert.Equal(["Neg", "Transpose", "Neg"], Fire(model, new MergeTransposesRule()));
        Assert.Equal([0, 2, 1], model.Graph.Nodes[1].Attributes.GetInts("perm")!.Value);
    }

    [Fact]
    public void MergeTransposes_UnknownPermutation_Stays()
    {
        GraphBuilder g = new("g", 17);
        Value x = g.Graph.AddInput("x", new TensorType(ElementType.Float, null));
        Value y = g.Node("Transpose", "b", [g.Node("Transpose", "a", [x])]);
        g.Output(y, "y", ElementType.Float);
        y.Type = new TensorType(ElementType.Float, null);
        Assert.NotEmpty(Refuse(g.Build(), new MergeTransposesRule()));
    }

    [Fact]
    public void MergeCasts_WideningThenAnother_AreOne() =>
        Assert.Equal(
            ["Neg", "Cast", "Neg"],
            Fire(
                Chain(
                    (g, x) =>
                        g.Node(
                            "Cast",
                            "b",
                            [g.Node("Cast", "a", [x], [("to", (long)ElementType.Double)])],
                            [("to", (long)ElementType.Float)]
                        )
                ),
                new MergeCastsRule()
            )
        );

    [Fact]
    public void MergeCasts_FirstLosesSomething_Stays()
    {
        Model model = Chain(
            (g, x) => g.Node("Cast", "b", [g.Node("Cast", "a", [x], [("to", (long)ElementType.Int32)])], [("to", (long)ElementType.Float)])
        );
        Assert.Contains("may lose", Assert.Single(Refuse(model, new MergeCastsRule())), StringComparison.Ordinal);
    }

    [Fact]
    public void Reshape_TargetComputedFromShapes_BecomesConstant()
    {
        Model model = Chain(
            (g, x) =>
            {
                Value shape = g.Node("Shape", "s", [x]);
                Value batch = g.Node("Gather", "b", [shape, g.Constant([0])], [("axis", 0)]);
                Value time = g.Node("Gather", "t", [shape, g.Constant([1])], [("axis", 0)]);
                return g.Node("Reshape", "r", [x, g.Node("Concat", "c", [batch, time, g.Constant(2, 3)], [("axis", 0)])]);
            }
        );
        Assert.Equal(["Neg", "Reshape", "Neg"], Fire(model, new ReshapeRule()));
        Assert.Equal([0, 0, 2, 3], RewriteContext.ConstantOf(model.Graph.Nodes[1].Input(1))!.ToInt64s());
    }

    [Fact]
    public void Reshape_OfAnotherChangeOfShape_ReadsItsInput()
    {
        Model model = Chain((g, x) => g.Node("Reshape", "r", [g.Node("Unsqueeze", "u", [x, g.Constant([1])]), g.Constant(0, -1, 2)]));
        Assert.Equal(["Neg", "Reshape", "Neg"], Fire(model, new ReshapeRule()));
    }

    [Fact]
    public void Reshape_TransposeOfUnitAxes_IsAReshape()
    {
        Model model = Chain(
            (g, x) =>
                g.Node(
                    "Transpose",
                    "t",
                    [g.Node("Neg", "n", [g.Node("Unsqueeze", "u", [x, g.Constant([1])])])],
                    [("perm", new long[] { 1, 0, 2, 3 })]
                )
        );
        Assert.Equal(["Neg", "Unsqueeze", "Neg", "Reshape", "Neg"], Fire(model, new ReshapeRule()));
    }

    [Fact]
    public void Reshape_TwoLengthsThatNothingGives_Stays()
    {
        GraphBuilder g = new("g", 17);
        Value x = g.Input("x", ElementType.Float, 12);
        Value target = g.Input("target", ElementType.Int64, 2);
        g.Output(g.Node("Reshape", "r", [x, target]), "y", ElementType.Float, Dim.Unknown(), Dim.Unknown());
        Assert.Contains("more than one length", Assert.Single(Refuse(g.Build(), new ReshapeRule())), StringComparison.Ordinal);
    }

    [Fact]
    public void MergeSlices_HalvesOfAnAxis_AreASplit()
    {
        GraphBuilder g = new("g", 17);
        Value x = g.Node("Neg", "n", [g.Input("x", ElementType.Float, B, T, 6)]);
        Value b = g.Node("Slice", "b", [x, g.Constant([2]), g.Constant([6]), g.Constant([2])]);
        Value a = g.Node("Slice", "a", [x, g.Constant([0]), g.Constant([2]), g.Constant([-1])]);
        g.Output(a, "y", ElementType.Float, B, T, 2);
        g.Output(b, "z", ElementType.Float, B, T, 4);
        Model model = g.Build();
        Assert.NotEmpty(Refuse(model, new MergeSlicesRule()));
    }

    [Fact]
    public void MergeSlices_FirstPieceFirst_IsASplit()
    {
        GraphBuilder g = new("g", 17);
        Value x = g.Node("Neg", "n", [g.Input("x", ElementType.Float, B, T, 6)]);
        Value a = g.Node("Slice", "a", [x, g.Constant([0]), g.Constant([2]), g.Constant([-1])]);
        Value b = g.Node("Slice", "b", [x, g.Constant([2]), g.Constant([9]), g.Constant([2])]);
        g.Output(a, "y", ElementType.Float, B, T, 2);
        g.Output(b, "z", ElementType.Float, B, T, 4);
        Model model = g.Build();
        Assert.Equal(["Neg", "Split"], Fire(model, new MergeSlicesRule()));
    }

    [Fact]
    public void MergeSlices_WithAGap_Stays()
    {
        GraphBuilder g = new("g", 17);
        Value x = g.Node("Neg", "n", [g.Input("x", ElementType.Float, B, T, 6)]);
        Value a = g.Node("Slice", "a", [x, g.Constant([0]), g.Constant([2]), g.Constant([2])]);
        Value b = g.Node("Slice", "b", [x, g.Constant([3]), g.Constant([6]), g.Constant([2])]);
        g.Output(a, "y", ElementType.Float, B, T, 2);
        g.Output(b, "z", ElementType.Float, B, T, 3);
        Assert.Contains("side by side", Assert.Single(Refuse(g.Build(), new MergeSlicesRule())), StringComparison.Ordinal);
    }

    [Fact]
    public void DimensionQuery_LengthOfAnIntermediate_IsAskedOfTheInput()
    {
        GraphBuilder g = new("g", 17);
        Value x = g.Input("x", ElementType.Float, B, T, 6);
        Value moved = g.Node("Transpose", "t", [x], [("perm", new long[] { 2, 0, 1 })]);
        Value last = g.Node("Slice", "s", [g.Node("Shape", "shape", [moved]), g.Constant([-1]), g.Constant([9])]);
        g.Output(g.Node("Squeeze", "q", [last]), "y", ElementType.Int64);
        Assert.Equal(["Shape", "Gather"], Fire(g.Build(), new DimensionQueryRule()));
    }

    [Fact]
    public void DimensionQuery_LengthOfNoInput_Stays()
    {
        GraphBuilder g = new("g", 17);
        Value x = g.Input("x", ElementType.Float, B, T);
        Value both = g.Node("Concat", "c", [x, x], [("axis", 1)]);
        g.Output(g.Node("Gather", "q", [g.Node("Shape", "shape", [both]), g.Constant(1)], [("axis", 0)]), "y", ElementType.Int64);
        Assert.Empty(Refuse(g.Build(), new DimensionQueryRule()));
    }

    [Fact]
    public void UniformOperand_FilledToTheShape_IsAScalar()
    {
        Model model = Chain(
            (g, x) =>
                g.Node(
                    "Min",
                    "m",
                    [x, g.Node("ConstantOfShape", "c", [g.Node("Shape", "s", [x])], [("value", TensorData.FromArray([0.25f], 1))])]
                )
        );
        Assert.Equal(["Neg", "Min", "Neg"], Fire(model, new UniformOperandRule()));
    }

    [Fact]
    public void UniformOperand_ThatGivesTheShape_Stays()
    {
        GraphBuilder g = new("g", 17);
        Value row = g.Input("x", ElementType.Float, T);
        Value fill = g.Node("ConstantOfShape", "c", [g.Constant(3, 7)], [("value", TensorData.FromArray([0.25f], 1))]);
        g.Output(g.Node("Add", "m", [row, fill]), "y", ElementType.Float, 3, 7);
        Assert.Contains("shape of the result", Assert.Single(Refuse(g.Build(), new UniformOperandRule())), StringComparison.Ordinal);
    }

    [Fact]
    public void UniformWhere_MaskThatMasksNothing_IsItsBranch()
    {
        Model model = Chain(
            (g, x) =>
            {
                Value ones = g.Node("ConstantOfShape", "ones", [g.Node("Shape", "s", [x])], [("value", TensorData.FromArray([true], 1))]);
                Value number = g.Node(
                    "Cast",
                    "number",
                    [
                        g.Node(
                            "Unsqueeze",
                            "u",
                            [
                                g.Node(
                                    "Squeeze",
                                    "q",
                                    [g.Node("Slice", "cut", [ones, g.Constant([0]), g.Constant([1]), g.Constant([2])]), g.Constant([2])]
                                ),
                                g.Constant([2]),
                            ]
                        ),
                    ],
                    [("to", 7)]
                );
                Value masked = g.Node("Equal", "masked", [number, g.Constant(0)]);
                return g.Node("Where", "w", [masked, g.Constant(-1e9f), x]);
            }
        );
        Assert.Equal(["Neg", "Neg"], Fire(model, new UniformWhereRule()));
    }

    [Fact]
    public void UniformWhere_RealConditionOrBroadcastBranch_Stays()
    {
        Model real = Chain((g, x) => g.Node("Where", "w", [g.Node("Less", "l", [x, g.Constant(0f)]), g.Constant(-1f), x]));
        Assert.Contains("same everywhere", Assert.Single(Refuse(real, new UniformWhereRule())), StringComparison.Ordinal);
        Model scalar = Chain(
            (g, x) =>
                g.Node(
                    "Where",
                    "w",
                    [
                        g.Node("ConstantOfShape", "ones", [g.Node("Shape", "s", [x])], [("value", TensorData.FromArray([true], 1))]),
                        g.Constant(-1f),
                        x,
                    ]
                )
        );
        Assert.Contains("shape of", Assert.Single(Refuse(scalar, new UniformWhereRule())), StringComparison.Ordinal);
    }

    [Fact]
    public void LeadingUnitAxis_UnderBroadcasting_IsDropped()
    {
        GraphBuilder g = new("g", 17);
        Value row = g.Node("Unsqueeze", "row", [g.Input("x", ElementType.Float, T), g.Constant([0])]);
        Value column = g.Node("Unsqueeze", "column", [g.Input("z", ElementType.Float, B), g.Constant([1])]);
        g.Output(g.Node("Sub", "s", [row, column]), "y", ElementType.Float, B, T);
        Assert.Equal(["Unsqueeze", "Sub"], Fire(g.Build(), new LeadingUnitAxisRule()));
    }

    [Fact]
    public void LeadingUnitAxis_ThatGivesTheRank_Stays()
    {
        GraphBuilder g = new("g", 17);
        Value row = g.Node("Unsqueeze", "row", [g.Input("x", ElementType.Float, T), g.Constant([0])]);
        g.Output(g.Node("Sub", "s", [row, g.Constant(1f)]), "y", ElementType.Float, 1, T);
        Assert.Empty(Refuse(g.Build(), new LeadingUnitAxisRule()));
    }

    [Fact]
    public void TransposeIntoTable_RowsMovedInFront_AreColumns()
    {
        GraphBuilder g = new("g", 17);
        Value at = g.Node("Abs", "a", [g.Input("x", ElementType.Int64, B, T)]);
        Value rows = g.Node(
            "Gather",
            "rows",
            [g.Weight("w", TensorData.FromArray([.. Enumerable.Range(0, 30).Select(i => (float)i)], 10, 3)), at]
        );
        g.Output(g.Node("Transpose", "t", [rows], [("perm", new long[] { 2, 0, 1 })]), "y", ElementType.Float, 3, B, T);
        Assert.Equal(["Abs", "Gather"], Fire(g.Build(), new TransposeIntoTableRule()));
    }

    [Theory]
    [InlineData(false, "front alone")]
    [InlineData(true, "other readers")]
    public void TransposeIntoTable_EachGuard_Stops(bool movesInFront, string reason)
    {
        GraphBuilder g = new("g", 17);
        Value at = g.Input("x", ElementType.Int64, B, T);
        Value rows = g.Node("Gather", "rows", [g.Weight("w", TensorData.FromArray([1f, 2, 3, 4, 5, 6], 2, 3)), at]);
        g.Output(g.Node("Transpose", "t", [rows], [("perm", movesInFront ? [2, 0, 1] : new long[] { 0, 2, 1 })]), "y", ElementType.Float);
        g.Graph.Outputs[0].Type = new TensorType(ElementType.Float, null);
        g.Output(g.Node("Neg", "n", [rows]), "z", ElementType.Float, B, T, 3);
        Assert.Contains(reason, Assert.Single(Refuse(g.Build(), new TransposeIntoTableRule())), StringComparison.Ordinal);
    }

    [Fact]
    public void SplitBeforeTranspose_BetweenTwo_LetsThemMerge()
    {
        Model model = Chain(
            (g, x) =>
            {
                Value split = g.Node(
                    "Reshape",
                    "r",
                    [g.Node("Transpose", "a", [x], [("perm", new long[] { 0, 2, 1 })]), g.Constant(0, 3, 2, -1)]
                );
                return g.Node("Transpose", "b", [split], [("perm", new long[] { 0, 1, 3, 2 })]);
            }
        );
        Assert.Equal(["Neg", "Reshape", "Transpose", "Transpose", "Neg"], Fire(model, new SplitBeforeTransposeRule()));
        Assert.Equal([0, 2, 1, 3], MergedPermutation(model));
    }

    [Fact]
    public void SplitBeforeTranspose_ReshapeThatJoins_Stays()
    {
        Model model = Chain(
            (g, x) =>
            {
                Value joined = g.Node(
                    "Reshape",
                    "r",
                    [g.Node("Transpose", "a", [x], [("perm", new long[] { 0, 2, 1 })]), g.Constant(0, -1)]
                );
                return g.Node("Transpose", "b", [joined], [("perm", new long[] { 1, 0 })]);
            }
        );
        Assert.Contains("exactly one axis", Assert.Single(Refuse(model, new SplitBeforeTransposeRule())), StringComparison.Ordinal);
    }

    private static long[] MergedPermutation(Model model)
    {
        Assert.Equal(["Neg", "Reshape", "Transpose", "Neg"], Fire(model, new MergeTransposesRule()));
        return [.. model.Graph.Nodes[2].Attributes.GetInts("perm")!.Value];
    }
}
