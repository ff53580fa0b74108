using System.Collections.Immutable;
using VampNet.Onnx;

namespace VampNet.Benchmarks;

/// <summary>One pattern that optimize fuses, as exporters write it, at the size of a common model.</summary>
/// <param name="Name">The pattern and its size.</param>
/// <param name="Build">Makes the graph with the pattern unfused.</param>
internal sealed record FusionGraph(string Name, Func<Model> Build);

/// <summary>A graph for each family of fusions.</summary>
internal static class FusionGraphs
{
    private const int Opset = 20;
    private const float Hidden = -1e9f;

    /// <summary>All of them.</summary>
    public static ImmutableArray<FusionGraph> All { get; } =
    [
        new("LayerNormalization, [1,512,768]", () => One([1, 512, 768], LayerNorm)),
        new("root-mean-square normalization, [1,512,2048]", () => One([1, 512, 2048], RmsNorm)),
        new("GELU by erf, [1,512,3072]", () => One([1, 512, 3072], Gelu)),
        new("GELU by tanh, [1,512,3072]", () => One([1, 512, 3072], TanhGelu)),
        new("SiLU, [1,320,64,64]", () => One([1, 320, 64, 64], (g, x) => g.Node("Mul", "y", [x, g.Node("Sigmoid", "gate", [x])]))),
        new("HardSwish, [1,72,56,56]", () => One([1, 72, 56, 56], HardSwish)),
        new("group normalization, [1,320,64,64] of 32", () => One([1, 320, 64, 64], GroupNorm)),
        new("rotary embedding, 32 heads [512,64]", () => One([1, 32, 512, 64], Rotary)),
        new("attention, 12 heads [512,64]", () => Attention(12, 12, 512, 64, "", ElementType.Float, false)),
        new("attention, padding mask, 12 heads [512,64]", () => Attention(12, 12, 512, 64, "padding", ElementType.Float, false)),
        new("attention, causal mask, 12 heads [512,64]", () => Attention(12, 12, 512, 64, "causal", ElementType.Float, false)),
        new("attention, NaN taken out, 12 heads [512,64]", () => Attention(12, 12, 512, 64, "guarded", ElementType.Float, false)),
        new("attention, heads joined with batch, 12 heads [512,64]", () => Attention(12, 12, 512, 64, "", ElementType.Float, true)),
        new("groups of queries, 32 heads of 8 [256,64]", () => Attention(32, 8, 256, 64, "causal", ElementType.Float, false)),
        new("attention in float16, 12 heads [512,64]", () => Attention(12, 12, 512, 64, "padding", ElementType.Float16, false)),
    ];

    private static Model One(long[] shape, Func<GraphBuilder, Value, Value> body)
    {
        GraphBuilder g = new("g", Opset);
        Dim[] dims = [.. shape.Select(length => (Dim)length)];
        Value x = g.Input("x", ElementType.Float, dims);
        g.Output(body(g, x), "y", ElementType.Float, dims);
        return g.Build();
    }

    private static Value Row(GraphBuilder g, string name, long length) =>
        g.Weight(name, TensorData.FromArray([.. Enumerable.Range(0, (int)length).Select(i => 1 + (0.01f * (i % 7)))], length));

    private static Value Mean(GraphBuilder g, string name, Value x) => g.Node("ReduceMean", name, [x, g.Constant([-1L])]);

    private static Value LayerNorm(GraphBuilder g, Value x)
    {
        Value centred = g.Node("Sub", "centred", [x, Mean(g, "mean", x)]);
        Value variance = Mean(g, "variance", g.Node("Pow", "square", [centred, g.Constant(2f)]));
        Value root = g.Node("Sqrt", "root", [g.Node("Add", "shifted", [variance, g.Constant(1e-5f)])]);
        Value scaled = g.Node("Mul", "scaled", [g.Node("Div", "normed", [centred, root]), Row(g, "weight", 768)]);
        return g.Node("Add", "y", [scaled, Row(g, "bias", 768)]);
    }

    private static Value RmsNorm(GraphBuilder g, Value x)
    {
        Value mean = Mean(g, "mean", g.Node("Pow", "square", [x, g.Constant(2f)]));
        Value root = g.Node("Sqrt", "root", [g.Node("Add", "shifted", [mean, g.Constant(1e-6f)])]);
        Value normed = g.Node("Mul", "normed", [x, g.Node("Reciprocal", "inverse", [root])]);
        return g.Node("Mul", "y", [Row(g, "weight", 2048), normed]);
    }

    private static Value Gelu(GraphBuilder g, Value x)
    {
        Value erf = g.Node("Erf", "erf", [g.Node("Div", "over", [x, g.Constant(MathF.Sqrt(2))])]);
        Value product = g.Node("Mul", "product", [x, g.Node("Add", "gate", [erf, g.Constant(1f)])]);
        return g.Node("Mul", "y", [product, g.Constant(0.5f)]);
    }

    private static Value TanhGelu(GraphBuilder g, Value x)
    {
        Value cube = g.Node("Pow", "cube", [x, g.Constant(3f)]);
        Value inner = g.Node("Add", "inner", [x, g.Node("Mul", "part", [cube, g.Constant(0.044715f)])]);
        Value tanh = g.Node("Tanh", "tanh", [g.Node("Mul", "scaled", [inner, g.Constant(0.7978845608f)])]);
        Value half = g.Node("Mul", "half", [x, g.Constant(0.5f)]);
        return g.Node("Mul", "y", [half, g.Node("Add", "gate", [tanh, g.Constant(1f)])]);
    }

    private static Value HardSwish(GraphBuilder g, Value x)
    {
        Value clipped = g.Node("Clip", "six", [g.Node("Add", "shifted", [x, g.Constant(3f)]), g.Constant(0f), g.Constant(6f)]);
        return g.Node("Div", "y", [g.Node("Mul", "product", [x, clipped]), g.Constant(6f)]);
    }

    private static Value GroupNorm(GraphBuilder g, Value x)
    {
        Value rows = g.Node("Reshape", "rows", [x, g.Constant(1, 32, -1)]);
        Value centred = g.Node("Sub", "centred", [rows, Mean(g, "mean", rows)]);
        Value variance = Mean(g, "variance", g.Node("Mul", "square", [centred, centred]));
        Value root = g.Node("Sqrt", "root", [g.Node("Add", "shifted", [variance, g.Constant(1e-5f)])]);
        Value back = g.Node("Reshape", "back", [g.Node("Div", "normed", [centred, root]), g.Constant(1, 320, 64, 64)]);
        Value scaled = g.Node("Mul", "scaled", [back, Channels("weight")]);
        return g.Node("Add", "y", [scaled, Channels("bias")]);

        Value Channels(string name) =>
            g.Weight(name, TensorData.FromArray([.. Enumerable.Range(0, 320).Select(i => 1 + (0.01f * (i % 7)))], 320, 1, 1));
    }

    private static Value Rotary(GraphBuilder g, Value x)
    {
        Value first = Half("first", 0, 32),
            second = Half("second", 32, 64);
        Value turned = g.Node("Concat", "turned", [g.Node("Neg", "minus", [second]), first], [("axis", -1)]);
        Value plain = g.Node("Mul", "plain", [x, Table("cos", MathF.Cos)]);
        return g.Node("Add", "y", [plain, g.Node("Mul", "crossed", [turned, Table("sin", MathF.Sin)])]);

        Value Half(string name, long start, long end) =>
            g.Node("Slice", name, [x, g.Constant([start]), g.Constant([end]), g.Constant([3L])]);

        Value Table(string name, Func<float, float> function) =>
            g.Weight(
                name,
                TensorData.FromArray(
                    [.. Enumerable.Range(0, 512 * 64).Select(i => function(i / 64 * MathF.Pow(10000, -(i % 32) / 32f)))],
                    1,
                    1,
                    512,
                    64
                )
            );
    }

    private static Model Attention(int heads, int groups, int time, int size, string mask, ElementType type, bool joinsBatch)
    {
        GraphBuilder g = new("g", Opset);
        Value q = Split("q", heads);
        Value k = Repeat("k", Split("k", groups));
        Value v = Repeat("v", Split("v", groups));
        if (joinsBatch)
        {
            (q, k, v) = (Rows("q", q), Rows("k", k), Rows("v", v));
        }

        Value turned = g.Node("Transpose", "k.turned", [k], [("perm", joinsBatch ? new long[] { 0, 2, 1 } : [0, 1, 3, 2])]);
        Value scores = g.Node("Mul", "scaled", [g.Node("MatMul", "scores", [q, turned]), Number(1 / MathF.Sqrt(size))]);
        scores = mask switch
        {
            "padding" => g.Node("Add", "masked", [scores, g.Node("Mul", "penalty", [Shown(), Number(-100)])]),
            "causal" => g.Node("Where", "masked", [Causal(), scores, Number(Hidden)]),
            "guarded" => g.Node("Add", "masked", [scores, g.Node("Where", "bias", [Causal(), Number(0), Number(float.NegativeInfinity)])]),
            _ => scores,
        };
        Value weights = g.Node("Softmax", "weights", [scores], [("axis", -1)]);
        weights = mask == "guarded" ? g.Node("Where", "known", [g.Node("IsNaN", "isnan", [weights]), Number(0), weights]) : weights;
        Value mixed = g.Node("MatMul", "mixed", [weights, v]);
        mixed = joinsBatch ? g.Node("Reshape", "parted", [mixed, g.Constant(1, heads, time, size)]) : mixed;
        Value moved = g.Node("Transpose", "moved", [mixed], [("perm", new long[] { 0, 2, 1, 3 })]);
        Value y = g.Node("Reshape", "joined", [moved, g.Constant(1, time, heads * size)]);
        g.Output(y, "y", type, 1, time, heads * size);
        return g.Build();

        Value Split(string name, int count) =>
            g.Node(
                "Transpose",
                $"{name}.heads",
                [g.Node("Reshape", $"{name}.split", [g.Input(name, type, 1, time, count * size), g.Constant(1, time, count, size)])],
                [("perm", new long[] { 0, 2, 1, 3 })]
            );

        Value Repeat(string name, Value x) =>
            groups == heads
                ? x
                : g.Node(
                    "Reshape",
                    $"{name}.all",
                    [
                        g.Node(
                            "Expand",
                            $"{name}.rows",
                            [g.Node("Unsqueeze", $"{name}.row", [x, g.Constant([2L])]), g.Constant(1, groups, heads / groups, time, size)]
                        ),
                        g.Constant(1, heads, time, size),
                    ]
                );

        Value Rows(string name, Value x) => g.Node("Reshape", $"{name}.joined", [x, g.Constant(heads, time, size)]);

        Value Shown() => g.Input("mask", type, 1, 1, 1, time);

        Value Causal() =>
            g.Weight(
                "causal",
                TensorData.FromArray([.. Enumerable.Range(0, time * time).Select(i => i % time <= i / time)], 1, 1, time, time)
            );

        Value Number(float value) =>
            type == ElementType.Float ? g.Constant(value) : g.Constant($"half.{value}", TensorData.Scalar((Half)value));
    }
}
