using VampNet.Architecture;
using VampNet.Onnx;

namespace VampNet.Export.Transformer;

/// <summary>
/// The gated feed-forward module: w_2(a * gelu(b)) with (a, b) the halves of w_1(x). No biases. The halves are two products
/// of one input: dynamic quantization quantizes it once, and no Split copies the widest activation of the layer.
/// </summary>
internal static class FeedForwardEmitter
{
    /// <summary>y [B,T,D] to [B,T,D].</summary>
    public static Value Emit(Module feedForward, Value y)
    {
        Value value = feedForward.Op("MatMul", "value", [y, Half(feedForward, "w_1.weight.value", 0)]);
        Value gate = feedForward.Op("MatMul", "gate", [y, Half(feedForward, "w_1.weight.gate", 1)]);
        Value activated = GeluEmitter.Emit(feedForward, "gelu", gate);
        Value gated = feedForward.Op("Mul", "gated", [value, activated]);
        return feedForward.Op("MatMul", "output", [gated, feedForward.TransposedParameter("w_2.weight")]);
    }

    private static Value Half(Module feedForward, string role, int half)
    {
        BoundWeight projection = feedForward.Bound("w_1.weight");
        int width = projection.Shape[0] / 2;
        return feedForward.Weight(role, projection.SliceRows(half * width, width).Transpose(1, 0));
    }
}
