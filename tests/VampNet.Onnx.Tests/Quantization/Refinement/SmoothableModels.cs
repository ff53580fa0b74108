namespace VampNet.Onnx.Tests.Quantization.Refinement;

/// <summary>Small models whose activations can be smoothed, and some where that would change what they compute. All lengths
/// differ.</summary>
internal static class SmoothableModels
{
    public const int Width = 12;
    public const int Inner = 10;
    public const int Outputs = 7;

    /// <summary>y = (v(n) * Gelu(g(n))) W with n a normalized x: a gated feed-forward block.</summary>
    public static Model Gated(Func<GraphBuilder, Value, Value> normalize)
    {
        GraphBuilder builder = Begin(out Value x);
        Value normed = normalize(builder, x);
        Value value = builder.Node("MatMul", "value", [normed, Weight(builder, "value.weight", 1, Width, Inner)]);
        Value gate = builder.Node("MatMul", "gate", [normed, Weight(builder, "gate.weight", 2, Width, Inner)]);
        Value gated = builder.Node("Mul", "gated", [value, builder.Node("Gelu", "gelu", [gate])]);
        return Finish(builder, builder.Node("MatMul", "last", [gated, Weight(builder, "last.weight", 3, Inner, Outputs)]));
    }

    /// <summary>A product with bias, cut in two: one half gates the other.</summary>
    public static Model SplitProduct()
    {
        GraphBuilder builder = Begin(out Value x);
        Value both = builder.Node(
            "Add",
            "both",
            [
                builder.Node("MatMul", "product", [x, Weight(builder, "both.weight", 4, Width, 2 * Inner)]),
                Weight(builder, "both.bias", 5, 2 * Inner),
            ]
        );
        Node halves = builder.Graph.AddNode(
            "Split",
            [both, builder.Graph.AddInitializer("sizes", TensorData.FromArray([(long)Inner, Inner], 2))],
            ["first", "second"],
            [("axis", -1L)]
        );
        Value gated = builder.Node("Mul", "gated", [builder.Node("Sigmoid", "gate", [halves.Outputs[0]]), halves.Outputs[1]]);
        return Finish(builder, builder.Node("MatMul", "last", [gated, Weight(builder, "last.weight", 3, Inner, Outputs)]));
    }

    /// <summary>Attention of two heads in standard operators, q and k being x; heads come first or second.</summary>
    public static Model Attention(long[] perm, long[] back)
    {
        GraphBuilder builder = Begin(out Value x);
        Value shape = builder.Graph.AddInitializer("split.shape", TensorData.FromArray([0L, 0, 2, Width / 2], 4));
        Value joined = builder.Graph.AddInitializer("joined.shape", TensorData.FromArray([0L, 0, Width], 3));
        Value v = builder.Node("MatMul", "v", [x, Weight(builder, "v.weight", 6, Width, Width)]);
        Value keys = builder.Node("Transpose", "keys", [Split("k", x)], [("perm", new[] { perm[0], perm[1], 3L, 1L })]);
        Value scores = builder.Node("MatMul", "scores", [Heads("q", x), keys]);
        Value mixed = builder.Node("MatMul", "mixed", [builder.Node("Softmax", "shares", [scores], [("axis", -1L)]), Heads("values", v)]);
        Value attended = builder.Node("Reshape", "attended", [builder.Node("Transpose", "back", [mixed], [("perm", back)]), joined]);
        return Finish(builder, builder.Node("MatMul", "last", [attended, Weight(builder, "last.weight", 3, Width, Outputs)]));

        Value Split(string name, Value value) => builder.Node("Reshape", $"{name}.split", [value, shape]);
        Value Heads(string name, Value value) => builder.Node("Transpose", $"{name}.heads", [Split(name, value)], [("perm", perm)]);
    }

    /// <summary>The same in one operator of ONNX Runtime.</summary>
    public static Model FusedAttention()
    {
        GraphBuilder builder = Begin(out Value x);
        Value rows = builder.Node(
            "Add",
            "rows",
            [
                builder.Node("MatMul", "projected", [x, Weight(builder, "projected.weight", 8, Width, Width)]),
                Weight(builder, "rows.bias", 9, Width),
            ]
        );
        Value attended = builder.Node("MultiHeadAttention", "attended", [x, x, rows], [("num_heads", 2L)], "com.microsoft");
        return Finish(builder, builder.Node("MatMul", "last", [attended, Weight(builder, "last.weight", 3, Width, Outputs)]));
    }

    /// <summary>Two Gemm, the weight of the first and that of the second the other way round; x [B,T,12] is flattened first.</summary>
    public static Model TwoGemms()
    {
        GraphBuilder builder = Begin(out Value x);
        Value flat = builder.Node(
            "Reshape",
            "flat",
            [x, builder.Graph.AddInitializer("flat.shape", TensorData.FromArray([-1L, Width], 2))]
        );
        Value hidden = builder.Node(
            "Gemm",
            "hidden",
            [flat, Weight(builder, "hidden.weight", 6, Inner, Width), Weight(builder, "hidden.bias", 7, Inner)],
            [("transB", 1L), ("alpha", 0.5f)]
        );
        builder.Output(
            builder.Node("Gemm", "last", [hidden, Weight(builder, "last.weight", 3, Outputs, Inner)], [("transB", 1L)]),
            "y",
            ElementType.Float,
            Dim.Symbol("N"),
            Outputs
        );
        return builder.Build();
    }

    /// <summary>Begins a graph of x [B,T,12].</summary>
    public static GraphBuilder Begin(out Value x)
    {
        GraphBuilder builder = new("smoothable", 20);
        x = builder.Input("x", ElementType.Float, Dim.Symbol("B"), Dim.Symbol("T"), Width);
        return builder;
    }

    public static Model Finish(GraphBuilder builder, Value y)
    {
        builder.Output(y, "y", ElementType.Float, Dim.Symbol("B"), Dim.Symbol("T"), Outputs);
        return builder.Build();
    }

    public static Value Weight(GraphBuilder builder, string name, int seed, params long[] shape) =>
        QuantizableModels.Weight(builder, name, seed, shape);
}
