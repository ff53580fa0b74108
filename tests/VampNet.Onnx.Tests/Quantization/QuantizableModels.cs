namespace VampNet.Onnx.Tests.Quantization;

/// <summary>Small models with weights to quantize.</summary>
internal static class QuantizableModels
{
    /// <summary>Seeded numbers, evenly spread in -1..1.</summary>
    public static float[] Numbers(int seed, int count)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1)];
    }

    /// <summary>x [B,T,12] times two matrices, [12,20] and [12,7]; the second product goes through a third, [7,5].</summary>
    public static Model ThreeProducts(int opset = 20)
    {
        GraphBuilder builder = new("three_products", opset);
        Value x = builder.Input("x", ElementType.Float, Dim.Symbol("B"), Dim.Symbol("T"), 12);
        Value wide = builder.Node("MatMul", "wide", [x, Weight(builder, "wide.weight", 1, 12, 20)]);
        Value narrow = builder.Node("MatMul", "narrow", [x, Weight(builder, "narrow.weight", 2, 12, 7)]);
        Value last = builder.Node("MatMul", "last", [narrow, Weight(builder, "last.weight", 3, 7, 5)]);
        builder.Output(wide, "wide_out", ElementType.Float, Dim.Symbol("B"), Dim.Symbol("T"), 20);
        builder.Output(last, "last_out", ElementType.Float, Dim.Symbol("B"), Dim.Symbol("T"), 5);
        return builder.Build();
    }

    /// <summary>x [N,128] times a matrix [128,64] of the main graph, in both branches of If; one of them multiplies by its own [64,64]
    /// too. Input and output are float32, the products of the given type.</summary>
    public static Model BranchesOfOneWeight(ElementType type)
    {
        GraphBuilder builder = new("branches", 17);
        Value x = builder.Input("x", ElementType.Float, Dim.Symbol("N"), 128);
        Value test = builder.Node("Greater", "test", [builder.Node("ReduceMax", "most", [x], [("keepdims", 0L)]), builder.Constant(0f)]);
        Value typed = builder.Node("Cast", "typed", [x], [("to", (long)type)]);
        Value outer = Typed(builder.Graph, "outer", type, 26, 128, 64);
        Graph yes = new("yes");
        Graph no = new("no");
        Value first = yes.AddNode("MatMul", [typed, outer], ["first"], name: "first").Outputs[0];
        yes.AddOutput(yes.AddNode("MatMul", [first, Typed(yes, "inner", type, 27, 64, 64)], ["second"], name: "second").Outputs[0]);
        no.AddOutput(no.AddNode("MatMul", [typed, outer], ["only"], name: "only").Outputs[0]);
        Value chosen = builder.Node("If", "chosen", [test], [Attribute.Of("then_branch", yes), Attribute.Of("else_branch", no)]);
        Value y = builder.Node("Cast", "y_float", [chosen], [("to", (long)ElementType.Float)]);
        builder.Output(y, "y", ElementType.Float, Dim.Symbol("N"), 64);
        return builder.Build();

        static Value Typed(Graph graph, string name, ElementType type, int seed, int rows, int columns)
        {
            float[] numbers = Numbers(seed, rows * columns);
            return graph.AddInitializer(
                name,
                type == ElementType.Float16
                    ? TensorData.FromArray(Array.ConvertAll(numbers, number => (Half)number), rows, columns)
                    : TensorData.FromArray(numbers, rows, columns)
            );
        }
    }

    /// <summary>y = alpha x W + c, W [9,14], or [14,9] with transB.</summary>
    public static Model Gemm(bool transposed, float alpha)
    {
        GraphBuilder builder = new("gemm", 20);
        Value x = builder.Input("x", ElementType.Float, Dim.Symbol("N"), 9);
        Value w = transposed ? Weight(builder, "w", 4, 14, 9) : Weight(builder, "w", 4, 9, 14);
        Value c = Weight(builder, "c", 5, 14);
        Value y = builder.Node("Gemm", "gemm", [x, w, c], [("alpha", alpha), ("transB", transposed ? 1L : 0L)]);
        builder.Output(y, "y", ElementType.Float, Dim.Symbol("N"), 14);
        return builder.Build();
    }

    /// <summary>Rows of a table [30,6] by index, then a product with [6,4].</summary>
    public static Model Embedding()
    {
        GraphBuilder builder = new("embedding", 20);
        Value indices = builder.Input("indices", ElementType.Int64, Dim.Symbol("T"));
        Value rows = builder.Node("Gather", "rows", [Weight(builder, "table", 6, 30, 6), indices]);
        builder.Output(
            builder.Node("MatMul", "product", [rows, Weight(builder, "w", 7, 6, 4)]),
            "y",
            ElementType.Float,
            Dim.Symbol("T"),
            4
        );
        return builder.Build();
    }

    /// <summary>Rows of a table [30,3], rearranged, times [3,8], which is a small part of the weights; then a product with
    /// [8,40].</summary>
    public static Model SmallEntry()
    {
        GraphBuilder builder = new("small_entry", 20);
        Value indices = builder.Input("indices", ElementType.Int64, Dim.Symbol("T"));
        Value rows = builder.Node("Gather", "rows", [Weight(builder, "table", 8, 30, 3), indices]);
        Value turned = builder.Node(
            "Transpose",
            "there",
            [builder.Node("Transpose", "back", [rows], [("perm", new[] { 1L, 0 })])],
            [("perm", new[] { 1L, 0 })]
        );
        Value entry = builder.Node("MatMul", "entry", [turned, Weight(builder, "entry.weight", 9, 3, 8)]);
        builder.Output(
            builder.Node("MatMul", "wide", [entry, Weight(builder, "wide.weight", 10, 8, 40)]),
            "y",
            ElementType.Float,
            Dim.Symbol("T"),
            40
        );
        return builder.Build();
    }

    public static Value Weight(GraphBuilder builder, string name, int seed, params long[] shape) =>
        builder.Weight(name, TensorData.FromArray(Numbers(seed, (int)shape.Aggregate(1L, (a, b) => a * b)), shape));
}
