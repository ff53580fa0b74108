using VampNet.Onnx.Rewriting;
using VampNet.Onnx.Rewriting.Rules;
using static VampNet.Onnx.Tests.Rewriting.RuleHarness;

namespace VampNet.Onnx.Tests.Rewriting.Rules;

/// <summary>Attention under masks, with factors and casts anywhere, with groups of queries and with a past.</summary>
public sealed class AttentionMaskRuleTests
{
    private const int Heads = 6;
    private const int Size = 4;
    private const int MostTime = 11;

    // Intermediate results are rounded to 11 bits in one of the graphs and not in the other.
    private const double HalfBudget = 8.0 / (1 << 11);

    private static readonly Dim B = Dim.Symbol("B");
    private static readonly Dim T = Dim.Symbol("T");
    private static readonly Dim N = Dim.Symbol("N");
    private static readonly FuseAttentionRule Rule = new();

    private sealed record Form
    {
        public int Opset { get; init; } = 17;

        /// <summary>keeps, hides, rows, causal, added, addedRow, both, trilu, trues, less, cut, guarded, or empty for none.</summary>
        public string Mask { get; init; } = "";

        public float Fill { get; init; } = -1e9f;

        /// <summary>Where factors stand: any of q, k, s (the scores), v.</summary>
        public string Scaled { get; init; } = "s";

        public int Groups { get; init; } = Heads;

        public bool HasPast { get; init; }

        /// <summary>Whether groups are repeated by Tile, not by Expand.</summary>
        public bool IsTiled { get; init; }

        /// <summary>Empty for float32; softmax for float16 whose softmax is of float32; whole for float16 whose attention is.</summary>
        public string Half { get; init; } = "";
    }

    private static Model Build(Form form)
    {
        GraphBuilder g = new("g", form.Opset);
        bool isHalf = form.Half.Length > 0;
        ElementType type = isHalf ? ElementType.Float16 : ElementType.Float;
        ElementType inside = form.Half == "whole" ? ElementType.Float : type;
        Value x = Cast(g.Input("x", ElementType.Float, B, T, Heads * Size), "x.cast", ElementType.Float, type);
        Value q = Split("q", x, Heads);
        Value k = Split("k", Narrow("k.some", form.Groups), form.Groups);
        Value v = Split("v", Narrow("v.some", form.Groups), form.Groups);
        if (form.HasPast)
        {
            k = g.Node("Concat", "keys", [Past("past.k"), k], [("axis", 2)]);
            v = g.Node("Concat", "values", [Past("past.v"), v], [("axis", 2)]);
        }

        (k, v) = form.Groups == Heads ? (k, v) : (Repeat("k", k), Repeat("v", v));
        (q, k, v) = (Cast(q, "q.wide", type, inside), Cast(k, "k.wide", type, inside), Cast(v, "v.wide", type, inside));
        q = form.Scaled.Contains('q') ? g.Node("Mul", "q.scaled", [q, Number(0.7f, inside)]) : q;
        k = g.Node("Transpose", "k.turned", [k], [("perm", new long[] { 0, 1, 3, 2 })]);
        k = form.Scaled.Contains('k') ? g.Node("Div", "k.scaled", [k, Number(1.3f, inside)]) : k;
        v = form.Scaled.Contains('v') ? g.Node("Mul", "v.scaled", [v, Number(0.7f, inside)]) : v;
        Value scores = g.Node("MatMul", "scores", [q, k]);
        scores = form.Scaled.Contains('s') ? g.Node("Mul", "scaled", [scores, Number(0.6f, inside)]) : scores;
        scores = Mask(scores, inside);
        if (form.Half == "softmax")
        {
            scores = Cast(scores, "scores.wide", type, ElementType.Float);
        }

        Value weights = g.Node("Softmax", "p", [scores], [("axis", -1)]);
        if (form.Mask.StartsWith("guarded", StringComparison.Ordinal))
        {
            ElementType of = form.Half == "softmax" ? ElementType.Float : inside;
            weights = g.Node("Where", "p.known", [g.Node("IsNaN", "p.isnan", [weights]), Number(0, of), weights]);
        }

        weights = form.Half == "softmax" ? Cast(weights, "p.narrow", ElementType.Float, type) : weights;
        Value mixed = Cast(g.Node("MatMul", "mixed", [weights, v]), "mixed.narrow", inside, type);
        Value joined = g.Node("Transpose", "joined", [mixed], [("perm", new long[] { 0, 2, 1, 3 })]);
        Value y = g.Node("Reshape", "out", [joined, g.Constant(0, 0, Heads * Size)]);
        y = g.Node("Neg", "last", [Cast(y, "y.wide", type, ElementType.Float)]);
        g.Output(y, "y", ElementType.Float);
        y.Type = new TensorType(ElementType.Float, null);
        return g.Build();

        Value Narrow(string name, int heads) =>
            g.Node("Slice", name, [x, g.Constant([0L]), g.Constant([(long)heads * Size]), g.Constant([2L])]);

        Value Split(string name, Value value, int heads) =>
            g.Node(
                "Transpose",
                $"{name}.heads",
                [g.Node("Reshape", $"{name}.split", [value, g.Constant(0, 0, heads, Size)])],
                [("perm", new long[] { 0, 2, 1, 3 })]
            );

        Value Past(string name) => Cast(g.Input(name, ElementType.Float, B, form.Groups, N, Size), $"{name}.cast", ElementType.Float, type);

        // As Transformers' repeat_kv has it.
        Value Repeat(string name, Value value)
        {
            long[] perGroup = [1, 1, Heads / form.Groups, 1, 1];
            Value row = g.Node("Unsqueeze", $"{name}.row", [value, g.Constant([2L])]);
            Value rows = g.Node(form.IsTiled ? "Tile" : "Expand", $"{name}.rows", [row, g.Constant(perGroup)]);
            return g.Node("Reshape", $"{name}.repeated", [rows, g.Constant(0, Heads, -1, Size)]);
        }

        Value Mask(Value value, ElementType of) =>
            form.Mask switch
            {
                "keeps" => g.Node("Where", "kept", [g.Input("mask", ElementType.Bool, B, 1, 1, T), value, Number(form.Fill, of)]),
                "hides" => g.Node("Where", "hidden", [g.Input("mask", ElementType.Bool, B, 1, T, T), Number(form.Fill, of), value]),
                "rows" => g.Node("Where", "kept", [g.Input("mask", ElementType.Bool, T, 1), value, Number(form.Fill, of)]),
                "causal" => g.Node("Where", "kept", [Causal(), value, Number(form.Fill, of)]),
                "added" => g.Node("Add", "biased", [Bias(of, T, T), value]),
                "addedRow" => g.Node("Add", "biased", [value, Bias(of, B, 1, 1, T)]),
                "both" => g.Node(
                    "Where",
                    "kept",
                    [Causal(), g.Node("Add", "biased", [value, Bias(of, Heads, 1, T)]), Number(form.Fill, of)]
                ),
                "trilu" => g.Node("Add", "biased", [value, Triangle(of)]),
                "trues" => g.Node("Where", "kept", [Trues(), value, Number(form.Fill, of)]),
                "less" => g.Node("Add", "biased", [value, g.Node("Where", "bias", [Causal(), Number(0, of), Number(form.Fill, of)])]),
                "cut" => g.Node("Where", "kept", [Cut(), value, Number(form.Fill, of)]),
                "guarded" => g.Node("Add", "biased", [value, Infinite(of, B, 1, T, T)]),
                "guardedHeads" => g.Node("Add", "biased", [value, Infinite(of, B, Heads, T, T)]),
                "odd" => g.Node("Add", "biased", [value, Bias(of, N, 1, 1, T)]),
                _ => value,
            };

        // 0, or as little as the type has, for positions of 0 or more.
        Value Bias(ElementType of, params Dim[] shape)
        {
            Value mask = g.Node("Greater", "allowed", [g.Input("mask", ElementType.Float, shape), g.Constant(0f)]);
            return g.Node("Where", "bias", [mask, Number(0.25f, of), Number(form.Fill, of)]);
        }

        // Rows of negative numbers alone are hidden wholly.
        Value Infinite(ElementType of, params Dim[] shape)
        {
            Value shift = g.Node("Mul", "row.shift", [g.Input("row", ElementType.Float, T, 1), g.Constant(2f)]);
            Value signs = g.Node("Add", "mask.signs", [g.Input("mask", ElementType.Float, shape), shift]);
            Value mask = g.Node("Greater", "allowed", [signs, g.Constant(1f)]);
            return g.Node("Where", "bias", [mask, Number(0, of), Number(float.NegativeInfinity, of)]);
        }

        Value Length(string name) => g.Node("Gather", name, [g.Node("Shape", $"{name}.lengths", [x]), g.Constant([1L])], [("axis", 0)]);

        // torch.triu(torch.full((T, T), fill), diagonal=1).
        Value Triangle(ElementType of)
        {
            Value square = g.Node("Concat", "square", [Length("rows"), Length("columns")], [("axis", 0)]);
            Value full = g.Node("Expand", "full", [Number(form.Fill, of), square]);
            return g.Node("Trilu", "upper", [full, g.Constant(1)], [("upper", 1)]);
        }

        // torch.tril(torch.ones(T, T)) as booleans, with two axes in front.
        Value Trues()
        {
            Value square = g.Node("Concat", "square", [Length("rows"), Length("columns")], [("axis", 0)]);
            Value ones = g.Node("ConstantOfShape", "ones", [square], [("value", TensorData.FromArray([1f], 1))]);
            Value lower = g.Node("Trilu", "lower", [ones], [("upper", 0)]);
            Value shown = g.Node("Cast", "shown", [lower], [("to", (long)ElementType.Bool)]);
            return g.Node("Unsqueeze", "shown.four", [shown, g.Constant(0, 1)]);
        }

        // A buffer for the longest input, cut to the length of this one.
        Value Cut()
        {
            bool[] lower = [.. Enumerable.Range(0, MostTime * MostTime).Select(i => i % MostTime <= i / MostTime)];
            Value buffer = g.Constant("buffer", TensorData.FromArray(lower, 1, 1, MostTime, MostTime));
            Value rows = g.Node("Slice", "cut.rows", [buffer, g.Constant([0L]), Length("rows"), g.Constant([2L])]);
            return g.Node("Slice", "cut.square", [rows, g.Constant([0L]), Length("columns"), g.Constant([3L])]);
        }

        Value Causal()
        {
            Value length = g.Node("Gather", "T", [g.Node("Shape", "lengths", [x]), g.Constant(1)], [("axis", 0)]);
            Value steps = g.Node("Range", "steps", [g.Constant(0), length, g.Constant(1)]);
            Value key = g.Node("Unsqueeze", "key", [steps, g.Constant([0L])]);
            return g.Node("LessOrEqual", "causal", [key, g.Node("Unsqueeze", "query", [steps, g.Constant([1L])])]);
        }

        Value Cast(Value value, string name, ElementType from, ElementType to) =>
            from == to ? value : g.Node("Cast", name, [value], [("to", (long)to)]);

        Value Number(float value, ElementType of) =>
            of == ElementType.Float ? g.Constant(value) : g.Constant($"const.half.{value}", TensorData.Scalar((Half)value));
    }

    [Theory]
    [InlineData("", "qk", 6, false)]
    [InlineData("keeps", "s", 6, false)]
    [InlineData("hides", "qs", 6, false)]
    [InlineData("rows", "k", 6, false)]
    [InlineData("causal", "qk", 2, false)]
    [InlineData("both", "s", 3, false)]
    [InlineData("added", "s", 6, false)]
    [InlineData("addedRow", "q", 1, false)]
    [InlineData("trilu", "s", 6, false)]
    [InlineData("trues", "qk", 2, false)]
    [InlineData("less", "s", 6, false)]
    [InlineData("cut", "s", 6, false)]
    [InlineData("", "s", 2, true)]
    public void FuseAttention_EveryMaskAndScale_IsOneOperator(string mask, string scaled, int groups, bool hasPast)
    {
        foreach (
            (int opset, RewriteTarget target) in ((int, RewriteTarget)[])[(17, RewriteTarget.OnnxRuntime), (23, RewriteTarget.Portable)]
        )
        {
            Model model = Build(
                new Form
                {
                    Opset = opset,
                    Mask = mask,
                    Scaled = scaled,
                    Groups = groups,
                    HasPast = hasPast,
                }
            );
            string[] left = Fire(model, Rule, target);
            Assert.Single(left, target == RewriteTarget.OnnxRuntime ? "MultiHeadAttention" : "Attention");
            Assert.DoesNotContain("Softmax", left);
            Assert.DoesNotContain("MatMul", left);
            Assert.DoesNotContain("Mul", left);
            Assert.DoesNotContain("Div", left);
        }
    }

    [Theory]
    [InlineData(-1e4f)]
    [InlineData(float.MinValue)]
    public void FuseAttention_AnyLargeNegativeNumber_Hides(float fill) =>
        Assert.DoesNotContain("Softmax", Fire(Build(new Form { Mask = "hides", Fill = fill }), Rule, RewriteTarget.OnnxRuntime));

    [Theory]
    [InlineData("softmax", "keeps", 6)]
    [InlineData("softmax", "addedRow", 2)]
    [InlineData("softmax", "causal", 3)]
    [InlineData("whole", "causal", 3)]
    [InlineData("whole", "", 6)]
    [InlineData("softmax", "trilu", 6)]
    [InlineData("whole", "cut", 2)]
    [InlineData("softmax", "guarded", 6)]
    public void FuseAttention_Float16_IsOneOperator(string half, string mask, int groups)
    {
        Dictionary<string, long> lengths = new() { ["B"] = 2, ["T"] = 7 };
        Model model = Build(
            new Form
            {
                Half = half,
                Mask = mask,
                Groups = groups,
                Fill = -65504,
                Scaled = "qk",
            }
        );
        double[][] before = OrtRunner.Run(model, lengths);
        RulesPass pass = new("test", Rule);
        Assert.True(pass.Run(model, RewriteTarget.OnnxRuntime, []));
        new RemoveDeadNodesPass().Run(model, RewriteTarget.OnnxRuntime, []);
        Assert.False(pass.Run(model, RewriteTarget.OnnxRuntime, []));
        Assert.Empty(ModelVerifier.VerifyTypes(model));
        Assert.DoesNotContain(model.Graph.Nodes, node => node.OpType == "Softmax");
        AssertClose(before, OrtRunner.Run(model, lengths), HalfBudget);
    }

    [Theory]
    [InlineData("keeps", -5f, "s", "under biases and masks")]
    [InlineData("odd", -1e9f, "s", "not known to be [1 or B")]
    [InlineData("both", -1e4f, "s", "still count")]
    [InlineData("keeps", -1e9f, "sv", "known number of heads")]
    public void FuseAttention_EachGuard_Stops(string mask, float fill, string scaled, string reason) =>
        Assert.Contains(
            reason,
            Assert.Single(
                Refuse(
                    Build(
                        new Form
                        {
                            Mask = mask,
                            Fill = fill,
                            Scaled = scaled,
                        }
                    ),
                    Rule,
                    RewriteTarget.OnnxRuntime
                )
            ),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData(2)]
    [InlineData(1)]
    public void FuseAttention_GroupsRepeatedByTile_IsOneOperator(int groups)
    {
        string[] left = Fire(
            Build(
                new Form
                {
                    Mask = "causal",
                    Groups = groups,
                    IsTiled = true,
                }
            ),
            Rule,
            RewriteTarget.OnnxRuntime
        );
        Assert.Single(left, "MultiHeadAttention");
        Assert.DoesNotContain("Softmax", left);
    }

    [Theory]
    [InlineData(14, RewriteTarget.OnnxRuntime)]
    [InlineData(20, RewriteTarget.OnnxRuntime)]
    [InlineData(23, RewriteTarget.Portable)]
    public void FuseAttention_NaNTakenOutOfRowsWithoutAKey_GivesZerosThere(int opset, RewriteTarget target)
    {
        Model model = Build(new Form { Opset = opset, Mask = "guarded" });
        string[] left = Fire(model, Rule, target);
        Assert.Contains(0, OrtRunner.Run(model, new Dictionary<string, long> { ["B"] = 2, ["T"] = 7 })[0]);
        Assert.Single(left, target == RewriteTarget.OnnxRuntime ? "MultiHeadAttention" : "Attention");
        Assert.DoesNotContain("Softmax", left);
        Assert.DoesNotContain("IsNaN", left);
    }

    [Fact]
    public void FuseAttention_NaNTakenOutUnderAMaskForEachHead_Stays() =>
        Assert.Contains(
            "not the same for all heads",
            Assert.Single(Refuse(Build(new Form { Mask = "guardedHeads" }), Rule, RewriteTarget.OnnxRuntime)),
            StringComparison.Ordinal
        );
}
