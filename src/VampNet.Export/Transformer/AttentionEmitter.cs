using VampNet.Onnx;

namespace VampNet.Export.Transformer;

/// <summary>
/// Self-attention over all frames: softmax(q kᵀ / sqrt(d_head) + position bias) v, heads side by side in D.
/// The scale is folded into w_qs. q, k and v are three products of one input, so that dynamic quantization quantizes it once.
/// </summary>
internal static class AttentionEmitter
{
    /// <summary>y [B,T,D] and the shared position bias [1,H,T,T] to [B,T,D].</summary>
    public static Value Emit(Module attention, Value y, Value positionBias, int heads)
    {
        int width = attention.Bound("w_qs.weight").Shape[0];
        float scale = 1 / MathF.Sqrt(width / heads);
        Value scaledQuery = attention.Weight("w_qs.weight", attention.Bound("w_qs.weight").Scale(scale).Transpose(1, 0));
        Value q = attention.Op("MatMul", "q", [y, scaledQuery]);
        Value k = attention.Op("MatMul", "k", [y, attention.TransposedParameter("w_ks.weight")]);
        Value v = attention.Op("MatMul", "v", [y, attention.TransposedParameter("w_vs.weight")]);
        Value attended = EmitCore(attention, q, k, v, positionBias, heads, width);
        return attention.Op("MatMul", "output", [attended, attention.TransposedParameter("fc.weight")]);
    }

    /// <summary>q, k and v, each [B,T,D] and q scaled, with the position bias [1,H,T,T] or none, to the mixed values [B,T,D].</summary>
    internal static Value EmitCore(Module attention, Value q, Value k, Value v, Value? positionBias, int heads, int width) =>
        attention.UsesRuntimeOperators
            ? attention.RuntimeOp(
                "MultiHeadAttention",
                "attended",
                positionBias is null ? [q, k, v] : [q, k, v, null, null, positionBias],
                ("num_heads", heads),
                ("scale", 1f)
            )
            : EmitStandard(attention, q, k, v, positionBias, heads, width);

    private static Value EmitStandard(Module attention, Value q, Value k, Value v, Value? positionBias, int heads, int width)
    {
        if (attention.Options.Opset >= 23)
        {
            return attention.Op(
                "Attention",
                "attended",
                positionBias is null ? [q, k, v] : [q, k, v, positionBias],
                ("q_num_heads", heads),
                ("kv_num_heads", heads),
                ("scale", 1f)
            );
        }

        Value scores = attention.Op("MatMul", "scores", [SplitHeads("q", q, 0, 2, 1, 3), SplitHeads("k", k, 0, 2, 3, 1)]);
        Value biased = positionBias is null ? scores : attention.Op("Add", "biased_scores", [scores, positionBias]);
        Value probabilities = attention.Op("Softmax", "probabilities", [biased], ("axis", -1));
        Value mixed = attention.Op("MatMul", "mixed", [probabilities, SplitHeads("v", v, 0, 2, 1, 3)]);
        Value joined = attention.Op("Transpose", "joined", [mixed], ("perm", new long[] { 0, 2, 1, 3 }));
        return attention.Op("Reshape", "attended", [joined, attention.Graph.Constant([0L, 0, width])]);

        Value SplitHeads(string role, Value projected, params long[] permutation)
        {
            Value split = attention.Op("Reshape", $"{role}.split", [projected, attention.Graph.Constant([0L, 0, heads, width / heads])]);
            return attention.Op("Transpose", $"{role}.heads", [split], ("perm", permutation));
        }
    }
}
