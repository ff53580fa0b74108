using VampNet.Onnx.Rewriting;
using VampNet.Onnx.Rewriting.Rules;
using static VampNet.Onnx.Tests.Rewriting.RuleHarness;

namespace VampNet.Onnx.Tests.Rewriting.Rules;

/// <summary>The rules that put factors and shifts of channels into weights.</summary>
public sealed class ChannelRuleTests
{
    private static readonly Dim B = Dim.Symbol("B");
    private static readonly Dim N = Dim.Symbol("N");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void FoldAffine_BatchNormalizationBehindConv_IsOneConv(bool bias)
    {
        GraphBuilder g = new("g", 17);
        Value x = g.Input("x", ElementType.Float, B, 4, 9, 7);
        Value w = g.Weight("w", Numbers(1, 6, 2, 3, 3));
        Value?[] inputs = bias ? [x, w, g.Weight("b", Numbers(2, 6))] : [x, w];
        Value y = g.Node("Conv", "conv", inputs, [("group", 2L), ("pads", new[] { 1L, 1, 1, 1 })]);
        Assert.Equal(["Conv", "Neg"], Fire(Finish(g, Normalization(g, y, 6)), new FoldAffineRule()));
    }

    [Theory]
    [InlineData(1f, true)]
    [InlineData(60000f, false)]
    public void FoldAffine_Float16_StaysFloat16WhereItFits(float factor, bool fires)
    {
        GraphBuilder g = new("g", 17);
        Value x = g.Node("Cast", "narrow", [g.Input("x", ElementType.Float, B, 4, 5)], [("to", (long)ElementType.Float16)]);
        Value w = g.Weight("w", TensorData.FromArray(Halves(1, 6 * 4 * 3), 6, 4, 3));
        Value y = g.Node("Conv", "conv", [x, w, g.Weight("b", TensorData.FromArray(Halves(2, 6), 6))]);
        y = g.Node(
            "Mul",
            "scaled",
            [y, g.Weight("f", TensorData.FromArray([.. Enumerable.Range(1, 6).Select(i => (Half)(factor / i))], 6, 1))]
        );
        y = g.Node("Cast", "wide", [y], [("to", (long)ElementType.Float)]);
        Model model = Finish(g, y);
        Dictionary<string, long> lengths = new() { ["B"] = 2 };
        double[][] before = OrtRunner.Run(model, lengths);

        Assert.Equal(fires, new RulesPass("test", new FoldAffineRule()).Run(model, RewriteTarget.Portable, []));

        Assert.Empty(ModelVerifier.Verify(model));
        // Each constant is rounded to 11 bits once more.
        AssertClose(before, OrtRunner.Run(model, lengths), 4.0 / 2048);
        Assert.Equal(!fires, model.Graph.Nodes.Any(node => node.OpType == "Mul"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void FoldAffine_BatchNormalizationBehindConvTranspose_IsOneConvTranspose(long groups)
    {
        GraphBuilder g = new("g", 17);
        Value x = g.Input("x", ElementType.Float, B, 4, 9);
        Value y = g.Node("ConvTranspose", "conv", [x, g.Weight("w", Numbers(1, 4, 3, 5))], [("group", groups), ("strides", new[] { 2L })]);
        Assert.Equal(["ConvTranspose", "Neg"], Fire(Finish(g, Normalization(g, y, 3 * groups)), new FoldAffineRule()));
    }

    [Theory]
    [InlineData(0L, 1f, 1f, true)]
    [InlineData(1L, 0.5f, 2f, true)]
    [InlineData(1L, 0.5f, 2f, false)]
    public void FoldAffine_BatchNormalizationBehindGemm_IsOneGemm(long transposed, float alpha, float beta, bool bias)
    {
        GraphBuilder g = new("g", 17);
        Value x = g.Input("x", ElementType.Float, B, 5);
        Value w = g.Weight("w", transposed == 1 ? Numbers(1, 6, 5) : Numbers(1, 5, 6));
        Value?[] inputs = bias ? [x, w, g.Weight("b", Numbers(2, 6))] : [x, w];
        Value y = g.Node("Gemm", "gemm", inputs, [("transB", transposed), ("alpha", alpha), ("beta", beta)]);
        Assert.Equal(["Gemm", "Neg"], Fire(Finish(g, Normalization(g, y, 6)), new FoldAffineRule()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void FoldAffine_BatchNormalizationBehindMatMul_IsMatMulAndAdd(bool bias)
    {
        GraphBuilder g = new("g", 17);
        Value y = g.Node("MatMul", "product", [g.Input("x", ElementType.Float, B, 5), g.Weight("w", Numbers(1, 5, 6))]);
        y = bias ? g.Node("Add", "biased", [g.Weight("b", Numbers(2, 6)), y]) : y;
        Assert.Equal(["MatMul", "Add", "Neg"], Fire(Finish(g, Normalization(g, y, 6)), new FoldAffineRule()));
    }

    [Theory]
    [InlineData("Mul", new long[] { 6, 1, 1 }, false)]
    [InlineData("Mul", new long[] { 1, 6, 1, 1 }, true)]
    [InlineData("Mul", new long[] { }, true)]
    [InlineData("Div", new long[] { 6, 1, 1 }, false)]
    [InlineData("Add", new long[] { 6, 1, 1 }, true)]
    [InlineData("Sub", new long[] { 1 }, false)]
    public void FoldAffine_ArithmeticBehindConv_IsOneConv(string opType, long[] shape, bool constantFirst)
    {
        GraphBuilder g = new("g", 17);
        Value y = g.Node("Conv", "conv", [g.Input("x", ElementType.Float, B, 4, 9, 7), g.Weight("w", Numbers(1, 6, 4, 1, 1))]);
        Value c = g.Weight("c", Numbers(2, shape));
        y = g.Node(opType, "scaled", constantFirst ? [c, y] : [y, c]);
        Assert.Equal(["Conv", "Neg"], Fire(Finish(g, y), new FoldAffineRule()));
    }

    [Fact]
    public void FoldAffine_PositiveFactorBehindRelu_MovesThrough()
    {
        GraphBuilder g = new("g", 17);
        Value y = g.Node("Conv", "conv", [g.Input("x", ElementType.Float, B, 4, 9), g.Weight("w", Numbers(1, 6, 4, 1))]);
        y = g.Node("Mul", "scaled", [g.Node("Relu", "relu", [y]), g.Weight("c", Numbers(2, 6, 1))]);
        Assert.Equal(["Conv", "Relu", "Neg"], Fire(Finish(g, y), new FoldAffineRule()));
    }

    [Fact]
    public void FoldAffine_EachGuard_Stops()
    {
        GraphBuilder shared = new("g", 17);
        Value x = shared.Input("x", ElementType.Float, B, 4, 9);
        Value y = shared.Node("Conv", "conv", [x, shared.Weight("w", Numbers(1, 6, 4, 1))]);
        y = shared.Node("Mul", "both", [y, shared.Node("Add", "moved", [y, shared.Weight("c", Numbers(2, 6, 1))])]);
        Assert.Contains("other readers", Assert.Single(Refuse(Finish(shared, y), new FoldAffineRule())), StringComparison.Ordinal);

        GraphBuilder moved = new("g", 17);
        y = moved.Node("Conv", "conv", [moved.Input("x", ElementType.Float, B, 4, 9), moved.Weight("w", Numbers(1, 6, 4, 1))]);
        y = Normalization(moved, moved.Node("Relu", "relu", [y]), 6);
        Assert.Contains("only positive factors", Assert.Single(Refuse(Finish(moved, y), new FoldAffineRule())), StringComparison.Ordinal);

        GraphBuilder wide = new("g", 17);
        y = wide.Node("Conv", "conv", [wide.Input("x", ElementType.Float, 1, 4, 9), wide.Weight("w", Numbers(1, 6, 4, 1))]);
        y = wide.Node("Mul", "scaled", [y, wide.Weight("c", Numbers(2, 3, 6, 1))]);
        Assert.Empty(Refuse(Finish(wide, y), new FoldAffineRule()));

        GraphBuilder along = new("g", 17);
        y = along.Node("Conv", "conv", [along.Input("x", ElementType.Float, B, 4, 9), along.Weight("w", Numbers(1, 6, 4, 1))]);
        y = along.Node("Mul", "scaled", [y, along.Weight("c", Numbers(2, 9))]);
        Assert.Empty(Refuse(Finish(along, y), new FoldAffineRule()));

        GraphBuilder open = new("g", 17);
        Value[] given =
        [
            open.Input("x", ElementType.Float, B, 4, 9),
            open.Weight("w", Numbers(1, 6, 4, 1)),
            open.Input("b", ElementType.Float, 6),
        ];
        y = open.Node("Mul", "scaled", [open.Node("Conv", "conv", given), open.Weight("c", Numbers(2, 6, 1))]);
        Assert.Contains("its bias is not constant", Assert.Single(Refuse(Finish(open, y), new FoldAffineRule())), StringComparison.Ordinal);

        GraphBuilder lone = new("g", 17);
        y = lone.Node("MatMul", "product", [lone.Input("x", ElementType.Float, B, 5), lone.Weight("w", Numbers(1, 5, 6))]);
        Assert.Empty(Refuse(Finish(lone, lone.Node("Add", "biased", [y, lone.Weight("b", Numbers(2, 6))])), new FoldAffineRule()));
    }

    [Fact]
    public void ExpandBatchNormalization_OfConstants_IsMulAndAdd()
    {
        GraphBuilder g = new("g", 17);
        Value y = g.Node("Sigmoid", "s", [g.Input("x", ElementType.Float, B, 6, N)]);
        Assert.Equal(["Sigmoid", "Mul", "Add", "Neg"], Fire(Finish(g, Normalization(g, y, 6)), new ExpandBatchNormalizationRule()));
    }

    [Fact]
    public void ExpandBatchNormalization_OfAnInput_Stays()
    {
        GraphBuilder g = new("g", 17);
        Value x = g.Input("x", ElementType.Float, B, 6, N);
        Value mean = g.Input("mean", ElementType.Float, 6);
        Value one = g.Weight("one", Numbers(1, 6));
        Value y = g.Node("BatchNormalization", "n", [x, one, one, mean, one]);
        Assert.Contains(
            "no constant vector",
            Assert.Single(Refuse(Finish(g, y), new ExpandBatchNormalizationRule())),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void FoldGemmFactors_OfConstants_LeavesOnes(bool bias)
    {
        GraphBuilder g = new("g", 17);
        Value x = g.Input("x", ElementType.Float, B, 5);
        Value?[] inputs = bias ? [x, g.Weight("w", Numbers(1, 5, 6)), g.Weight("b", Numbers(2, 6))] : [x, g.Weight("w", Numbers(1, 5, 6))];
        Model model = Finish(g, g.Node("Gemm", "gemm", inputs, [("alpha", 0.5f), ("beta", 3f)]));
        Assert.Equal(["Gemm", "Neg"], Fire(model, new FoldGemmFactorsRule()));
        Assert.Empty(model.Graph.Nodes[0].Attributes);
    }

    [Fact]
    public void FoldGemmFactors_OfComputedOperands_Stays()
    {
        GraphBuilder g = new("g", 17);
        Value y = g.Node("Gemm", "gemm", [g.Input("x", ElementType.Float, B, 5), g.Input("w", ElementType.Float, 5, 6)], [("alpha", 0.5f)]);
        Assert.Contains("no constant", Assert.Single(Refuse(Finish(g, y), new FoldGemmFactorsRule())), StringComparison.Ordinal);
    }

    private static Value Normalization(GraphBuilder g, Value x, long channels) =>
        g.Node(
            "BatchNormalization",
            "normal",
            [
                x,
                g.Weight("scale", Numbers(3, channels)),
                g.Weight("shift", Numbers(4, channels)),
                g.Weight("mean", Numbers(5, channels)),
                g.Weight("variance", Numbers(6, channels)),
            ],
            [("epsilon", 1e-3f)]
        );

    private static TensorData Numbers(int seed, params long[] shape)
    {
        Random random = new(seed);
        int count = (int)shape.Aggregate(1L, (product, length) => product * length);
        return TensorData.FromArray([.. Enumerable.Range(0, count).Select(_ => (float)random.NextDouble() + 0.25f)], shape);
    }

    private static Model Finish(GraphBuilder g, Value y)
    {
        y = g.Node("Neg", "last", [y]);
        g.Output(y, "y", ElementType.Float);
        y.Type = new TensorType(ElementType.Float, null);
        return g.Build();
    }

    private static Half[] Halves(int seed, int count) =>
        [.. Enumerable.Range(0, count).Select(i => (Half)(MathF.Sin(seed + (i * 1.7f)) * 2))];
}
