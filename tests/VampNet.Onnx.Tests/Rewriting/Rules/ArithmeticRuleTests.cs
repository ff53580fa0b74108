using VampNet.Onnx.Rewriting.Rules;
using static VampNet.Onnx.Tests.Rewriting.RuleHarness;

namespace VampNet.Onnx.Tests.Rewriting.Rules;

/// <summary>The rules that change how numbers are computed.</summary>
public sealed class ArithmeticRuleTests
{
    private static readonly Dim B = Dim.Symbol("B");
    private static readonly Dim T = Dim.Symbol("T");

    private static TensorData Ramp(params long[] shape)
    {
        float[] values =
        [
            .. Enumerable.Range(0, (int)shape.Aggregate(1L, (product, length) => product * length)).Select(i => (float)Math.Sin(i * 0.7)),
        ];
        return TensorData.FromArray(values, shape);
    }

    private static Model Build(int opset, Func<GraphBuilder, Value, Value> emit, params Dim[] shape)
    {
        GraphBuilder g = new("g", opset);
        Value y = g.Node("Neg", "last", [emit(g, g.Input("x", ElementType.Float, shape))]);
        g.Output(y, "y", ElementType.Float);
        y.Type = new TensorType(ElementType.Float, null);
        return g.Build();
    }

    [Fact]
    public void EliminateNeutralOperand_TimesOneOverOneMinusZero_AreRemoved()
    {
        Model model = Build(
            17,
            (g, x) =>
                g.Node(
                    "Sub",
                    "s",
                    [
                        g.Node("Pow", "p", [g.Node("Div", "d", [g.Node("Mul", "m", [g.Constant(1f), x]), g.Constant(1f)]), g.Constant(1f)]),
                        g.Constant(0f),
                    ]
                ),
            B,
            T
        );
        Assert.Equal(["Neg"], Fire(model, new EliminateNeutralOperandRule()));
    }

    [Fact]
    public void EliminateNeutralOperand_ThatBroadcasts_Stays()
    {
        Model model = Build(17, (g, x) => g.Node("Mul", "m", [x, g.Weight("one", TensorData.FromArray([1f], 1, 1, 1))]), B, T);
        Assert.Contains("shape of", Assert.Single(Refuse(model, new EliminateNeutralOperandRule())), StringComparison.Ordinal);
    }

    [Fact]
    public void EliminateNeutralOperand_PlusZeroAmongReals_StaysForNegativeZero() =>
        Assert.Empty(Refuse(Build(17, (g, x) => g.Node("Add", "a", [x, g.Constant(0f)]), B), new EliminateNeutralOperandRule()));

    [Theory]
    [InlineData("hblk,hbtk->hblt", new long[] { 3, 2, 5, 4 }, new long[] { 3, 2, 6, 4 }, 2)]
    [InlineData("hblt,hbtv->hblv", new long[] { 3, 2, 5, 4 }, new long[] { 3, 2, 4, 6 }, 1)]
    [InlineData("bkm,bkn->bmn", new long[] { 3, 4, 5 }, new long[] { 3, 4, 6 }, 2)]
    [InlineData("bkn,bmk->bmn", new long[] { 3, 4, 6 }, new long[] { 3, 5, 4 }, 1)]
    public void EinsumToMatMul_BatchedProduct_IsAMatMul(string equation, long[] left, long[] right, int nodes)
    {
        GraphBuilder g = new("g", 17);
        Value a = g.Input("a", ElementType.Float, [.. left.Select(Dim.Of)]);
        Value b = g.Input("b", ElementType.Float, [.. right.Select(Dim.Of)]);
        Value y = g.Node("Einsum", "e", [a, b], [("equation", equation)]);
        g.Output(y, "y", ElementType.Float);
        y.Type = new TensorType(ElementType.Float, null);
        string[] operators = Fire(g.Build(), new EinsumToMatMulRule());
        Assert.Equal("MatMul", operators[^1]);
        Assert.Equal(nodes, operators.Length);
    }

    [Theory]
    [InlineData("bij,bij->bij")]
    [InlineData("ij,jk->ik...")]
    [InlineData("bij,bjk->bki")]
    [InlineData("bij,bjk->ibk")]
    public void EinsumToMatMul_AnotherEquation_Stays(string equation)
    {
        GraphBuilder g = new("g", 17);
        Value a = g.Input("a", ElementType.Float, 3, 4, 4);
        Value y = g.Node("Einsum", "e", [a, a], [("equation", equation)]);
        g.Output(y, "y", ElementType.Float, 3, 4, 4);
        Assert.Equal(
            equation == "bij,bjk->bki" ? 0 : 1,
            Record.Exception(() => Refuse(g.Build(), new EinsumToMatMulRule())) is null ? 1 : 0
        );
    }

    [Fact]
    public void Square_PowTwo_IsAProduct() =>
        Assert.Equal(
            ["Sin", "Mul", "Neg"],
            Fire(Build(17, (g, x) => g.Node("Pow", "p", [g.Node("Sin", "s", [x]), g.Constant(2f)]), B, T), new SquareRule())
        );

    [Fact]
    public void Square_AnotherPower_Stays() =>
        Assert.Single(Refuse(Build(17, (g, x) => g.Node("Pow", "p", [x, g.Constant(3f)]), B, T), new SquareRule()));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void MergeReciprocal_InEitherSpelling_IsAQuotient(bool byDivision)
    {
        Model model = Build(
            17,
            (g, x) =>
            {
                Value y = g.Node("Exp", "e", [x]);
                return g.Node("Mul", "m", [byDivision ? g.Node("Div", "r", [g.Constant(1f), y]) : g.Node("Reciprocal", "r", [y]), x]);
            },
            B,
            T
        );
        Assert.Equal(["Exp", "Div", "Neg"], Fire(model, new MergeReciprocalRule()));
    }

    [Fact]
    public void MergeReciprocal_ReadTwiceOrAmongIntegers_Stays()
    {
        Model twice = Build(
            17,
            (g, x) =>
            {
                Value r = g.Node("Reciprocal", "r", [x]);
                return g.Node("Add", "a", [r, g.Node("Mul", "m", [r, x])]);
            },
            B
        );
        Assert.Contains("other readers", Assert.Single(Refuse(twice, new MergeReciprocalRule())), StringComparison.Ordinal);
        GraphBuilder g = new("g", 17);
        Value i = g.Input("x", ElementType.Int64, B);
        g.Output(g.Node("Mul", "m", [g.Node("Div", "r", [g.Constant(1L), i]), i]), "y", ElementType.Int64, B);
        Assert.Empty(Refuse(g.Build(), new MergeReciprocalRule()));
    }

    [Theory]
    [InlineData("Div", 4f)]
    [InlineData("Mul", 0.3f)]
    public void FoldScale_BehindAHeadSplitAndAProduct_GoesIntoTheWeight(string op, float scale)
    {
        Model model = Build(
            17,
            (g, x) =>
            {
                Value q = g.Node("MatMul", "q", [x, g.Weight("w", Ramp(6, 10))]);
                Value heads = g.Node(
                    "Transpose",
                    "heads",
                    [g.Node("Reshape", "split", [q, g.Constant(0, 0, 2, 5)])],
                    [("perm", new long[] { 0, 2, 1, 3 })]
                );
                Value scores = g.Node("MatMul", "scores", [heads, g.Weight("k", Ramp(5, 3))]);
                return g.Node(op, "scaled", [scores, g.Constant(scale)]);
            },
            B,
            T,
            6
        );
        Assert.Equal(["MatMul", "Reshape", "Transpose", "MatMul", "Neg"], Fire(model, new FoldScaleRule()));
    }

    [Fact]
    public void FoldScale_ProductWithAnotherReader_Stays()
    {
        Model model = Build(
            17,
            (g, x) =>
            {
                Value q = g.Node("MatMul", "q", [x, g.Weight("w", Ramp(6, 10))]);
                return g.Node("Add", "both", [q, g.Node("Mul", "scaled", [q, g.Constant(0.5f)])]);
            },
            B,
            6
        );
        Assert.Contains("read once", Assert.Single(Refuse(model, new FoldScaleRule())), StringComparison.Ordinal);
    }

    [Fact]
    public void PointwiseConvolution_BetweenTransposes_IsAMatMul()
    {
        Model model = Build(
            17,
            (g, x) =>
                g.Node(
                    "Conv",
                    "c",
                    [
                        g.Node("Transpose", "t", [x], [("perm", new long[] { 0, 2, 1 })]),
                        g.Weight("w", Ramp(4, 6, 1)),
                        g.Weight("b", Ramp(4)),
                    ]
                ),
            B,
            T,
            6
        );
        Assert.Equal(["MatMul", "Add", "Transpose", "Neg"], Fire(model, new PointwiseConvolutionRule()));
    }

    [Fact]
    public void PointwiseConvolution_BeforeATranspose_IsAMatMul()
    {
        Model model = Build(
            17,
            (g, x) =>
                g.Node("Transpose", "t", [g.Node("Conv", "c", [x, g.Weight("w", Ramp(4, 6, 1))])], [("perm", new long[] { 0, 2, 1 })]),
            B,
            6,
            T
        );
        Assert.Equal(["Transpose", "MatMul", "Transpose", "Transpose", "Neg"], Fire(model, new PointwiseConvolutionRule()));
    }

    [Fact]
    public void PointwiseConvolution_WithStridesOrWithoutTranspose_Stays()
    {
        Model strided = Build(
            17,
            (g, x) => g.Node("Conv", "c", [x, g.Weight("w", Ramp(4, 6, 1))], [("strides", new long[] { 2 })]),
            B,
            6,
            T
        );
        Assert.Contains("strides", Assert.Single(Refuse(strided, new PointwiseConvolutionRule())), StringComparison.Ordinal);
        Model alone = Build(17, (g, x) => g.Node("Conv", "c", [x, g.Weight("w", Ramp(4, 6, 1))]), B, 6, T);
        Assert.Contains("Transpose", Assert.Single(Refuse(alone, new PointwiseConvolutionRule())), StringComparison.Ordinal);
    }

    [Fact]
    public void MaskedConstant_ConditionTimesInteger_IsAChoice()
    {
        GraphBuilder g = new("g", 17);
        Value x = g.Input("x", ElementType.Int64, B, T);
        Value flag = g.Node("Cast", "c", [g.Node("Greater", "gt", [x, g.Constant(0L)])], [("to", 7)]);
        g.Output(g.Node("Mul", "m", [flag, g.Constant(16L)]), "y", ElementType.Int64, B, T);
        Assert.Equal(["Greater", "Where"], Fire(g.Build(), new MaskedConstantRule()));
    }

    [Fact]
    public void MaskedConstant_AmongReals_StaysForNegativeZero()
    {
        Model model = Build(
            17,
            (g, x) =>
                g.Node("Mul", "m", [g.Node("Cast", "c", [g.Node("Greater", "gt", [x, g.Constant(0f)])], [("to", 1)]), g.Constant(-2f)]),
            B
        );
        Assert.Contains("int64", Assert.Single(Refuse(model, new MaskedConstantRule())), StringComparison.Ordinal);
    }
}
