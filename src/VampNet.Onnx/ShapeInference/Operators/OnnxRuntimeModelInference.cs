namespace VampNet.Onnx.ShapeInference.Operators;

/// <summary>The operators of ONNX Runtime's own domain that its transformer optimizer, its quantizer and its model builder write into
/// language models and classifiers.</summary>
internal static class OnnxRuntimeModelInference
{
    public static void Register(OperatorRegistry registry)
    {
        Add(registry, "Attention", Attention);
        Add(registry, "GroupQueryAttention", GroupQueryAttention);
        Add(registry, "EmbedLayerNormalization", EmbedLayerNormalization);
        Add(registry, "GatherBlockQuantized", GatherBlockQuantized);
        Add(registry, "FusedGemm", MatMulInference.Gemm);
        Add(registry, "GroupNorm", static context => context.SetLike(0, 0));
        Add(registry, "BiasSplitGelu", BiasSplitGelu);
        Add(registry, "QLinearSigmoid", static context => context.SetLike(0, 0));
        Add(registry, "QLinearLeakyRelu", static context => context.SetLike(0, 0));
        Add(registry, "QLinearSoftmax", static context => context.SetLike(0, 0));
        Add(registry, "QLinearGlobalAveragePool", QuantizedGlobalPool);
    }

    private static void Add(OperatorRegistry registry, string opType, OperatorInference rule) =>
        registry.Add(opType, 1, rule, OnnxRuntimeInference.Domain);

    /// <summary>Data [B, T, D] and weights [D, 3 * hidden] give [B, T, hidden]; past and present are [2, B, heads, L, d].</summary>
    private static void Attention(InferenceContext context)
    {
        TensorShape? data = context.ShapeOf(0, 3, 3);
        TensorShape? weights = context.ShapeOf(1, 2, 2);
        Dim width =
            context.Ints("qkv_hidden_sizes") is { Length: 3 } sizes ? Dim.Of(sizes[2])
            : weights is not null ? weights[1].FloorDiv(3)
            : Dim.Unknown();
        context.Set(0, context.ElementOf(0), data?.With(2, width));
        context.Set(1, context.ElementOf(0), TensorShape.OfRank(5));
    }

    /// <summary>Query [B, T, heads * d], alone or with keys and values packed behind it; past and present are [B, groups, L, d].</summary>
    private static void GroupQueryAttention(InferenceContext context)
    {
        TensorShape? query = context.ShapeOf(0, 3, 3);
        context.Set(0, context.ElementOf(0), context.Has(1) ? query : query?.With(2, Dim.Unknown()));
        for (int output = 1; output <= 2; output++)
        {
            int past = output + 2;
            TensorShape? cached = context.Has(past) ? context.ShapeOf(past, 4, 4) : null;
            context.Set(output, context.ElementOf(context.Has(past) ? past : 0), cached?.With(2, Dim.Unknown()) ?? TensorShape.OfRank(4));
        }
    }

    /// <summary>Ids [B, T] and a table [V, D] give [B, T, D], the mask's lengths [B], and the sum before normalization.</summary>
    private static void EmbedLayerNormalization(InferenceContext context)
    {
        TensorShape? ids = context.ShapeOf(0, 2, 2);
        TensorShape? table = context.ShapeOf(2, 2, 2);
        TensorShape? embedded = ids is null || table is null ? TensorShape.OfRank(3) : new TensorShape(ids[0], ids[1], table[1]);
        context.Set(0, context.ElementOf(2), embedded);
        context.Set(1, ElementType.Int32, ids is null ? TensorShape.OfRank(1) : new TensorShape(ids[0]));
        context.Set(2, context.ElementOf(2), embedded);
    }

    /// <summary>Gather from a table whose entries are restored by the scales; entries narrower than a byte may lie packed in one.</summary>
    private static void GatherBlockQuantized(InferenceContext context)
    {
        (TensorShape? data, TensorShape? indices) = (context.ShapeOf(0, 1), context.ShapeOf(1));
        if (data is null || indices is null)
        {
            context.Set(0, context.ElementOf(2), null);
            return;
        }

        bool isPacked = context.ElementOf(0) == ElementType.UInt8 && context.Int("bits", 4) < 8;
        int axis = context.Axis(context.Int("gather_axis", 0), data.Rank);
        TensorShape table = isPacked ? data.With(data.Rank - 1, Dim.Unknown()) : data;
        context.Set(0, context.ElementOf(2), new TensorShape(table.Take(axis).Concat(indices).Concat(table.Skip(axis + 1))));
    }

    /// <summary>Half of the last axis gates the other half.</summary>
    private static void BiasSplitGelu(InferenceContext context)
    {
        TensorShape? data = context.ShapeOf(0, 1);
        context.Set(0, context.ElementOf(0), data?.With(data.Rank - 1, data[^1].FloorDiv(2)));
    }

    private static void QuantizedGlobalPool(InferenceContext context)
    {
        TensorShape? data = context.ShapeOf(0, 3);
        int channels = data is not null && context.Flag("channels_last") ? data.Rank - 1 : 1;
        context.Set(
            0,
            context.ElementOf(0),
            data is null ? null : new TensorShape(data.Select((length, axis) => axis == 0 || axis == channels ? length : Dim.One))
        );
    }
}
