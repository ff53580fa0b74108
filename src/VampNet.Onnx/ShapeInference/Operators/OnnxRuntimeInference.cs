using VampNet.Onnx.ShapeInference.Shapes;

namespace VampNet.Onnx.ShapeInference.Operators;

/// <summary>The operators of ONNX Runtime's own domain that optimized and quantized graphs use; their specification is its
/// ContribOperators.md.</summary>
internal static class OnnxRuntimeInference
{
    public const string Domain = "com.microsoft";

    public static void Register(OperatorRegistry registry)
    {
        foreach (string opType in (string[])["BiasGelu", "FastGelu", "Gelu", "QuickGelu", "RotaryEmbedding"])
        {
            registry.Add(opType, 1, static context => context.SetLike(0, 0), Domain);
        }

        registry.Add("BiasAdd", 1, static context => context.SetLike(0, 0), Domain);
        registry.Add("SkipLayerNormalization", 1, SkipNormalization, Domain);
        registry.Add("SkipSimplifiedLayerNormalization", 1, SkipNormalization, Domain);
        registry.Add(
            "FusedConv",
            1,
            static context => context.Set(0, context.ElementOf(0), ConvolutionInference.Convolved(context, 0, 1)),
            Domain
        );
        registry.Add("FusedMatMul", 1, FusedMatMul, Domain);
        registry.Add(
            "DynamicQuantizeMatMul",
            1,
            static context => context.Set(0, context.ElementOf(0), MatMulInference.Product(context, 0, 1)),
            Domain
        );
        registry.Add(
            "MatMulIntegerToFloat",
            1,
            static context => context.Set(0, context.ElementOf(2), MatMulInference.Product(context, 0, 1)),
            Domain
        );
        registry.Add("MatMulNBits", 1, MatMulNBits, Domain);
        registry.Add("MultiHeadAttention", 1, MultiHeadAttention, Domain);
        registry.Add("QLinearAdd", 1, QuantizedElementwise, Domain);
        registry.Add("QLinearMul", 1, QuantizedElementwise, Domain);
    }

    /// <summary>Outputs: the normalized sum, mean, inverse deviation, and the sum itself.</summary>
    private static void SkipNormalization(InferenceContext context)
    {
        TensorShape? input = context.ShapeOf(0, 2, 3);
        context.SetLike(0, 0);
        TensorShape? statistics = input?.With(input.Rank - 1, 1);
        context.Set(1, ElementType.Float, statistics);
        context.Set(2, ElementType.Float, statistics);
        context.SetLike(3, 0);
    }

    private static void FusedMatMul(InferenceContext context)
    {
        bool isTransposed = context.Flag("transA") || context.Flag("transB") || context.Flag("transBatchA") || context.Flag("transBatchB");
        (TensorShape? left, TensorShape? right) = (context.ShapeOf(0, 1), context.ShapeOf(1, 1));
        if (!isTransposed)
        {
            context.Set(0, context.CommonElement(0, 1), MatMulInference.Product(context, 0, 1));
        }
        else if (
            left is null
            || right is null
            || left.Rank < 2
            || left.Rank != right.Rank
            || context.Flag("transBatchA")
            || context.Flag("transBatchB")
        )
        {
            context.Set(0, context.CommonElement(0, 1), null);
        }
        else
        {
            context.Set(0, context.CommonElement(0, 1), TransposedProduct(context, left, right));
        }
    }

    private static TensorShape TransposedProduct(InferenceContext context, TensorShape left, TensorShape right)
    {
        (Dim? rows, Dim? inner) = context.Flag("transA") ? (left[^1], left[^2]) : (left[^2], left[^1]);
        (Dim? alsoInner, Dim? columns) = context.Flag("transB") ? (right[^1], right[^2]) : (right[^2], right[^1]);
        context.SameLength(inner, alsoInner, $"the axis summed over, of {left} and {right}");
        TensorShape batch = BroadcastShapes.Of(context, new TensorShape(left.SkipLast(2)), new TensorShape(right.SkipLast(2)));
        return new TensorShape([.. batch, rows, columns]);
    }

    /// <summary>Data [.., K] and packed weights that stand for [N, K] give [.., N].</summary>
    private static void MatMulNBits(InferenceContext context)
    {
        TensorShape? data = context.ShapeOf(0, 1);
        (long rows, long columns) = (context.Int("K", 0), context.Int("N", 0));
        if (rows < 1 || columns < 1)
        {
            throw context.RefuseParameter($"'K' = {rows} and 'N' = {columns}", "the weights' two lengths");
        }

        if (data is not null)
        {
            context.NeedLength(data[^1], rows, $"the last axis of {data}");
        }

        context.Set(0, context.ElementOf(0), data?.With(data.Rank - 1, columns));
    }

    /// <summary>
    /// Query [B, T, D], key [B, L, D] or [B, heads, L, d], value [B, L, Dv] or [B, heads, L, d]; or all three packed in the query as
    /// [B, T, heads, 3, d], or key and value in the key as [B, L, heads, 2, d]. The result is [B, T, Dv].
    /// </summary>
    private static void MultiHeadAttention(InferenceContext context)
    {
        ElementType element = context.ElementOf(0);
        TensorShape? query = context.ShapeOf(0, 3, 5);
        TensorShape? key = context.Has(1) ? context.ShapeOf(1, 3, 5) : null;
        TensorShape? value = context.Has(2) ? context.ShapeOf(2, 3, 4) : null;
        long heads = context.Int("num_heads", 0);
        if (heads < 1)
        {
            throw context.RefuseParameter($"'num_heads' = {heads}", "1 or more");
        }

        Dim width = (query, value) switch
        {
            ({ Rank: 5 }, _) => query[2] * query[4],
            (_, { Rank: 3 }) => value[2],
            (_, { Rank: 4 }) => value[1] * value[3],
            ({ Rank: 3 }, null) when !context.Has(2) => query[2],
            _ => Dim.Unknown(),
        };
        context.Set(0, element, query is null ? TensorShape.OfRank(3) : new TensorShape(query[0], query[1], width));
        if (context.OutputCount < 2)
        {
            return;
        }

        Dim batch = query?[0] ?? Dim.Unknown();
        Dim fresh = key switch
        {
            { Rank: 3 or 5 } => key[1],
            { Rank: 4 } => key[2],
            _ => query is { Rank: 5 } ? query[1] : Dim.Unknown(),
        };
        Dim past = context.Has(6) ? context.ShapeOf(6, 4, 4)?[2] ?? Dim.Unknown() : Dim.Zero;
        context.Set(
            1,
            element,
            new TensorShape(batch, heads, past + fresh, query is { Rank: 3 } ? query[2].FloorDiv(heads) : Dim.Unknown())
        );
        context.Set(2, element, new TensorShape(batch, heads, past + fresh, width.FloorDiv(heads)));
    }

    /// <summary>Two quantized tensors, each followed by scale and zero point.</summary>
    private static void QuantizedElementwise(InferenceContext context) =>
        context.Set(0, context.CommonElement(0, 3), BroadcastShapes.Of(context, 0, 3));
}
