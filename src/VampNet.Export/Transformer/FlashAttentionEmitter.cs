using VampNet.Architecture;
using VampNet.Onnx;

namespace VampNet.Export.Transformer;

/// <summary>
/// Self-attention as the flash_attn library's FlashMHA computes it: no positions, and biases on all projections. The rows of Wqkv are all
/// queries, all keys and all values; they become three products, as in <see cref="AttentionEmitter"/>, and the scale goes into the first.
/// </summary>
internal static class FlashAttentionEmitter
{
    /// <summary>y [B,T,D] to [B,T,D].</summary>
    public static Value Emit(Module attention, Value y, int heads)
    {
        BoundWeight weight = attention.Bound("Wqkv.weight"),
            bias = attention.Bound("Wqkv.bias");
        int width = weight.Shape[1];
        float scale = 1 / MathF.Sqrt(width / heads);
        Value q = Project("q", 0, scale);
        Value k = Project("k", 1, 1);
        Value v = Project("v", 2, 1);
        Value attended = AttentionEmitter.EmitCore(attention, q, k, v, null, heads, width);
        Value mixed = attention.Op("MatMul", "mixed_output", [attended, attention.TransposedParameter("out_proj.weight")]);
        return attention.Op("Add", "output", [mixed, attention.Parameter("out_proj.bias")]);

        Value Project(string role, int part, float factor)
        {
            BoundWeight rows = weight.SliceRows(part * width, width),
                shift = bias.SliceRows(part * width, width);
            if (factor != 1)
            {
                (rows, shift) = (rows.Scale(factor), shift.Scale(factor));
            }

            Value product = attention.Op("MatMul", $"{role}.product", [y, attention.Weight($"{role}.weight", rows.Transpose(1, 0))]);
            return attention.Op("Add", role, [product, attention.Weight($"{role}.bias", shift)]);
        }
    }
}
