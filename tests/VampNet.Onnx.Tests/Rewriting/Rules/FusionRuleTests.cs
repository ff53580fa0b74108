using VampNet.Onnx.Rewriting;
using VampNet.Onnx.Rewriting.Rules;
using static VampNet.Onnx.Tests.Rewriting.RuleHarness;

namespace VampNet.Onnx.Tests.Rewriting.Rules;

/// <summary>The rules that put one operator in the place of many.</summary>
public sealed class FusionRuleTests
{
    private static readonly Dim B = Dim.Symbol("B");
    private static readonly Dim T = Dim.Symbol("T");

    private static TensorData Ramp(params long[] shape)
    {
        float[] values =
        [
            .. Enumerable
                .Range(0, (int)shape.Aggregate(1L, (product, length) => product * length))
                .Select(i => (float)(1 + (0.5 * Math.Sin(i * 0.7)))),
        ];
        return TensorData.FromArray(values, shape);
    }

    private static Model Finish(GraphBuilder g, Value y)
    {
        y = g.Node("Neg", "last", [y]);
        g.Output(y, "y", ElementType.Float);
        y.Type = new TensorType(ElementType.Float, null);
        return g.Build();
    }

    private static Value RmsNorm(GraphBuilder g, Value x, string form, long width, long axis = -1)
    {
        Value square = form.Contains('p') ? g.Node("Pow", "sq", [x, g.Constant(2f)]) : g.Node("Mul", "sq", [x, x]);
        Value mean =
            g.Opset >= 18
                ? g.Node("ReduceMean", "mean", [square, g.Constant([axis])])
                : g.Node("ReduceMean", "mean", [square], [("axes", new[] { axis })]);
        Value root = g.Node("Sqrt", "root", [g.Node("Add", "eps", [mean, g.Constant(1e-6f)])]);
        Value normed = form[0] switch
        {
            'd' => g.Node("Div", "normed", [x, root]),
            'r' => g.Node("Mul", "normed", [x, g.Node("Reciprocal", "inv", [root])]),
            _ => g.Node("Mul", "normed", [g.Node("Div", "inv", [g.Constant(1f), root]), x]),
        };
        return g.Node("Mul", "out", [g.Weight("w", Ramp(width)), normed]);
    }

    [Theory]
    [InlineData("dp")]
    [InlineData("rm")]
    [InlineData("op")]
    public void FuseRmsNormalization_EverySpelling_IsOneOperator(string form)
    {
        GraphBuilder g = new("g", 17);
        Model model = Finish(g, RmsNorm(g, g.Input("x", ElementType.Float, B, T, 6), form, 6));
        Assert.Equal(["SimplifiedLayerNormalization", "Neg"], Fire(model, new FuseRmsNormalizationRule(), RewriteTarget.OnnxRuntime));
    }

    [Fact]
    public void FuseRmsNormalization_Opset23_IsStandard()
    {
        GraphBuilder g = new("g", 23);
        Model model = Finish(g, RmsNorm(g, g.Input("x", ElementType.Float, B, T, 6), "dp", 6));
        Assert.Equal(["RMSNormalization", "Neg"], Fire(model, new FuseRmsNormalizationRule()));
    }

    [Fact]
    public void FuseRmsNormalization_EachGuard_Stops()
    {
        GraphBuilder old = new("g", 20);
        Model portable = Finish(old, RmsNorm(old, old.Input("x", ElementType.Float, B, T, 6), "dp", 6));
        Assert.Contains("opset 23", Assert.Single(Refuse(portable, new FuseRmsNormalizationRule())), StringComparison.Ordinal);
        GraphBuilder axis = new("g", 17);
        Model other = Finish(axis, RmsNorm(axis, axis.Input("x", ElementType.Float, B, T, 6), "dp", 6, 1));
        Assert.Contains(
            "last axis",
            Assert.Single(Refuse(other, new FuseRmsNormalizationRule(), RewriteTarget.OnnxRuntime)),
            StringComparison.Ordinal
        );
        GraphBuilder width = new("g", 17);
        Model scalar = Finish(width, RmsNorm(width, width.Input("x", ElementType.Float, B, T, 6), "dp", 1));
        Assert.Contains(
            "one element for each",
            Assert.Single(Refuse(scalar, new FuseRmsNormalizationRule(), RewriteTarget.OnnxRuntime)),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void FuseRmsNormalization_Float16_IsFusedWhereItIsComputedInFloat32(bool isCast)
    {
        GraphBuilder g = new("g", 17);
        Value x = g.Node("Cast", "x.narrow", [g.Input("x", ElementType.Float, B, T, 6)], [("to", (long)ElementType.Float16)]);
        Value wide = isCast ? g.Node("Cast", "x.wide", [x], [("to", (long)ElementType.Float)]) : x;
        Value square = g.Node("Mul", "sq", [wide, wide]);
        Value mean = g.Node("ReduceMean", "mean", [square], [("axes", new long[] { -1 })]);
        Value shift = isCast ? g.Constant(1e-5f) : g.Constant("const.shift", TensorData.Scalar((Half)1e-5f));
        Value root = g.Node("Sqrt", "root", [g.Node("Add", "eps", [mean, shift])]);
        Value normed = g.Node("Div", "normed", [wide, root]);
        normed = isCast ? g.Node("Cast", "normed.narrow", [normed], [("to", (long)ElementType.Float16)]) : normed;
        Half[] weights = [.. Enumerable.Range(1, 6).Select(i => (Half)(i * 0.25f))];
        Value y = g.Node("Mul", "out", [g.Weight("w", TensorData.FromArray(weights, 6)), normed]);
        Model model = Finish(g, g.Node("Cast", "y.wide", [y], [("to", (long)ElementType.Float)]));
        if (!isCast)
        {
            string reason = Assert.Single(Refuse(model, new FuseRmsNormalizationRule(), RewriteTarget.OnnxRuntime));
            Assert.Contains("normalized in float32", reason, StringComparison.Ordinal);
            return;
        }

        Dictionary<string, long> lengths = new() { ["B"] = 2, ["T"] = 7 };
        double[][] before = OrtRunner.Run(model, lengths);
        new RulesPass("test", new FuseRmsNormalizationRule()).Run(model, RewriteTarget.OnnxRuntime, []);
        Assert.Equal(["Cast", "SimplifiedLayerNormalization", "Cast", "Neg"], model.Graph.Nodes.Select(node => node.OpType));

        // The quotient is rounded to 11 bits in one of the graphs and not in the other.
        AssertClose(before, OrtRunner.Run(model, lengths), 2.0 / (1 << 11));
    }

    private static Model Residual(bool readBefore, params Dim[] skipShape)
    {
        GraphBuilder g = new("g", 17);
        Value sum = g.Node("Add", "sum", [g.Input("x", ElementType.Float, B, T, 6), g.Input("skip", ElementType.Float, skipShape)]);
        Value early = readBefore ? g.Node("Neg", "early", [sum]) : sum;
        Value normed = g.Node("SimplifiedLayerNormalization", "norm", [sum, g.Weight("w", Ramp(6))], [("axis", -1), ("epsilon", 1e-6f)]);
        return Finish(g, g.Node("Sub", "both", [normed, early]));
    }

    [Fact]
    public void FuseSkipNormalization_SumReadTwice_GivesBoth() =>
        Assert.Equal(
            ["SkipSimplifiedLayerNormalization", "Sub", "Neg"],
            Fire(Residual(false, B, T, 6), new FuseSkipNormalizationRule(), RewriteTarget.OnnxRuntime)
        );

    [Fact]
    public void FuseSkipNormalization_EachGuard_Stops()
    {
        Assert.Contains(
            "same three axes",
            Assert.Single(Refuse(Residual(false, 6), new FuseSkipNormalizationRule(), RewriteTarget.OnnxRuntime)),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "before it is normalized",
            Assert.Single(Refuse(Residual(true, B, T, 6), new FuseSkipNormalizationRule(), RewriteTarget.OnnxRuntime)),
            StringComparison.Ordinal
        );
        Assert.Empty(Refuse(Residual(false, B, T, 6), new FuseSkipNormalizationRule()));
    }

    private static Value Gelu(GraphBuilder g, Value x, bool cubeByPow, bool halfLast, float cubic = 0.044715f)
    {
        Value cube = cubeByPow ? g.Node("Pow", "cube", [x, g.Constant(3f)]) : g.Node("Mul", "cube", [g.Node("Mul", "sq", [x, x]), x]);
        Value inner = g.Node("Add", "inner", [x, g.Node("Mul", "c", [g.Constant(cubic), cube])]);
        Value gate = g.Node("Add", "gate", [g.Node("Tanh", "tanh", [g.Node("Mul", "s", [inner, g.Constant(0.7978846f)])]), g.Constant(1f)]);
        return halfLast
            ? g.Node("Mul", "out", [g.Node("Mul", "xg", [x, gate]), g.Constant(0.5f)])
            : g.Node("Mul", "out", [g.Node("Mul", "half", [x, g.Constant(0.5f)]), gate]);
    }

    [Theory]
    [InlineData(20, RewriteTarget.Portable, true, true, "Gelu")]
    [InlineData(20, RewriteTarget.OnnxRuntime, false, false, "Gelu")]
    [InlineData(17, RewriteTarget.OnnxRuntime, true, false, "FastGelu")]
    [InlineData(17, RewriteTarget.OnnxRuntime, false, true, "FastGelu")]
    public void FuseGelu_EverySpelling_IsOneOperator(int opset, RewriteTarget target, bool cubeByPow, bool halfLast, string expected)
    {
        GraphBuilder g = new("g", opset);
        Model model = Finish(g, Gelu(g, g.Input("x", ElementType.Float, B, T), cubeByPow, halfLast));
        Assert.Equal([expected, "Neg"], Fire(model, new FuseGeluRule(), target));
    }

    [Fact]
    public void FuseGelu_OldOpsetOrOtherConstant_Stays()
    {
        GraphBuilder g = new("g", 17);
        Assert.Contains(
            "opset 20",
            Assert.Single(Refuse(Finish(g, Gelu(g, g.Input("x", ElementType.Float, B), true, false)), new FuseGeluRule())),
            StringComparison.Ordinal
        );
        GraphBuilder other = new("g", 20);
        Assert.Empty(Refuse(Finish(other, Gelu(other, other.Input("x", ElementType.Float, B), true, false, 0.05f)), new FuseGeluRule()));
    }

    private static Model Attention(
        int opset,
        bool headsLead,
        bool divides,
        bool withBias,
        Dim biasHeads,
        long[]? joinPermutation = null,
        bool withMask = false
    )
    {
        GraphBuilder g = new("g", opset);
        Value x = g.Input("x", ElementType.Float, B, T, 6);
        long[] order = headsLead ? [2, 0, 1, 3] : [0, 2, 1, 3];
        Value q = Split("q", order);
        Value k = Split("k", headsLead ? [2, 0, 3, 1] : [0, 2, 3, 1]);
        Value v = Split("v", order);
        Value scores = g.Node("MatMul", "scores", [q, k]);
        scores = divides ? g.Node("Div", "scaled", [scores, g.Constant(1.5f)]) : g.Node("Mul", "scaled", [g.Constant(0.6f), scores]);
        if (withBias)
        {
            Value bias = headsLead
                ? g.Input("bias", ElementType.Float, biasHeads, 1, T, T)
                : g.Input("bias", ElementType.Float, 1, biasHeads, T, T);
            scores = g.Node("Add", "biased", [bias, scores]);
        }

        if (withMask)
        {
            // As BERT has it: 0 where a token counts, a large negative number where it does not.
            Value mask = g.Node("Sub", "hidden", [g.Constant(1f), g.Input("mask", ElementType.Float, B, 1, 1, T)]);
            scores = g.Node("Add", "masked", [g.Node("Mul", "penalty", [mask, g.Constant(-10f)]), scores]);
        }

        Value mixed = g.Node("MatMul", "mixed", [g.Node("Softmax", "p", [scores], [("axis", -1)]), v]);
        Value joined = g.Node("Transpose", "joined", [mixed], [("perm", joinPermutation ?? (headsLead ? [1, 2, 0, 3] : [0, 2, 1, 3]))]);
        return Finish(g, g.Node("Reshape", "out", [joined, g.Constant(0, 0, 6)]));

        Value Split(string name, long[] permutation)
        {
            Value projected = g.Node("MatMul", name, [x, g.Weight($"{name}.w", Ramp(6, 6))]);
            return g.Node(
                "Transpose",
                $"{name}.heads",
                [g.Node("Reshape", $"{name}.split", [projected, g.Constant(0, 0, 3, 2)])],
                [("perm", permutation)]
            );
        }
    }

    [Theory]
    [InlineData(17, RewriteTarget.OnnxRuntime, false, true, true)]
    [InlineData(17, RewriteTarget.OnnxRuntime, true, true, true)]
    [InlineData(17, RewriteTarget.OnnxRuntime, true, false, false)]
    [InlineData(23, RewriteTarget.Portable, false, false, true)]
    [InlineData(23, RewriteTarget.Portable, true, true, false)]
    public void FuseAttention_BothLayouts_AreOneOperator(int opset, RewriteTarget target, bool headsLead, bool divides, bool withBias)
    {
        string op = target == RewriteTarget.OnnxRuntime ? "MultiHeadAttention" : "Attention";
        string[] moved = headsLead && withBias ? ["Transpose"] : [];
        Assert.Equal(
            ["MatMul", "MatMul", "MatMul", .. moved, op, "Reshape", "Reshape", "Neg"],
            Fire(Attention(opset, headsLead, divides, withBias, 3), new FuseAttentionRule(), target)
        );
    }

    [Theory]
    [InlineData(17, RewriteTarget.OnnxRuntime)]
    [InlineData(23, RewriteTarget.Portable)]
    public void FuseAttention_AMaskOfOneRow_IsTaken(int opset, RewriteTarget target)
    {
        string op = target == RewriteTarget.OnnxRuntime ? "MultiHeadAttention" : "Attention";

        Assert.Equal(
            ["MatMul", "MatMul", "MatMul", "Sub", "Mul", "Shape", "Gather", "Concat", "Expand", op, "Reshape", "Reshape", "Neg"],
            Fire(Attention(opset, false, true, false, 3, withMask: true), new FuseAttentionRule(), target)
        );
    }

    [Fact]
    public void FuseAttention_EachGuard_Stops()
    {
        FuseAttentionRule rule = new();
        Assert.Contains("opset 23", Assert.Single(Refuse(Attention(20, false, true, true, 3), rule)), StringComparison.Ordinal);
        Assert.Contains(
            "the bias",
            Assert.Single(Refuse(Attention(17, true, true, true, Dim.Symbol("N")), rule, RewriteTarget.OnnxRuntime)),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "layouts",
            Assert.Single(Refuse(Attention(17, false, true, true, 3, [0, 2, 3, 1]), rule, RewriteTarget.OnnxRuntime)),
            StringComparison.Ordinal
        );
    }
}
