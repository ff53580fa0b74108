namespace VampNet.Onnx.ShapeInference.Operators;

/// <summary>Attention and RotaryEmbedding, of version 23. Inputs have three axes [B, T, heads * d] or four [B, heads, T, d].</summary>
internal static class AttentionInference
{
    public static void Register(OperatorRegistry registry)
    {
        registry.Add(Attention, "Attention");
        registry.Add(static context => context.Set(0, context.ElementOf(0), context.ShapeOf(0, 3, 4)), "RotaryEmbedding");
    }

    private static void Attention(InferenceContext context)
    {
        (TensorShape? query, TensorShape? key, TensorShape? value) = (
            context.ShapeOf(0, 3, 4),
            context.ShapeOf(1, 3, 4),
            context.ShapeOf(2, 3, 4)
        );
        ElementType element = context.ElementOf(0);
        context.Set(0, element, Result(context, query, value));
        if (context.OutputCount < 2)
        {
            return;
        }

        TensorShape? keys = Heads(context, key, "kv_num_heads");
        TensorShape? values = Heads(context, value, "kv_num_heads");
        TensorShape? queries = Heads(context, query, "q_num_heads");
        context.Set(1, context.ElementOf(1), keys = Present(context, keys, 4));
        context.Set(2, context.ElementOf(2), Present(context, values, 5));
        context.Set(
            3,
            element,
            queries is null || keys is null ? TensorShape.OfRank(4) : new TensorShape(queries[0], queries[1], queries[2], keys[2])
        );
    }

    private static TensorShape? Result(InferenceContext context, TensorShape? query, TensorShape? value)
    {
        if (query is null)
        {
            return null;
        }

        if (query.Rank == 4)
        {
            return query.With(3, value is { Rank: 4 } ? value[3] : Dim.Unknown());
        }

        (long heads, long groups) = (HeadCount(context, "q_num_heads"), HeadCount(context, "kv_num_heads"));
        return query.With(2, value is { Rank: 3 } ? value[2].FloorDiv(groups) * heads : Dim.Unknown());
    }

    /// <summary>[B, heads, T, d], whatever the number of axes.</summary>
    private static TensorShape? Heads(InferenceContext context, TensorShape? shape, string attribute) =>
        shape switch
        {
            null or { Rank: 4 } => shape,
            _ => HeadCount(context, attribute) is var heads ? new TensorShape(shape[0], heads, shape[1], shape[2].FloorDiv(heads)) : null,
        };

    private static long HeadCount(InferenceContext context, string attribute)
    {
        long heads = context.Int(attribute, 0);
        return heads > 0 ? heads : throw context.RefuseParameter($"'{attribute}' = {heads} with inputs of three axes", "1 or more");
    }

    /// <summary>The cached positions followed by the new ones.</summary>
    private static TensorShape? Present(InferenceContext context, TensorShape? fresh, int pastInput)
    {
        if (fresh is null || !context.Has(pastInput))
        {
            return fresh;
        }

        return fresh.With(2, context.ShapeOf(pastInput, 4, 4) is { } past ? past[2] + fresh[2] : Dim.Unknown());
    }
}
