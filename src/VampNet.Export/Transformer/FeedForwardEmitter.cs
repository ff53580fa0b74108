using VampNet.Architecture;
using VampNet.Onnx;

namespace VampNet.Export.Transformer;

/// <summary>The gated feed-forward module: w_2(a * gelu(b)) with (a, b) the halves of w_1(x). No biases.</summary>
internal static class FeedForwardEmitter
{
    /// <summary>y [B,T,D] to [B,T,D].</summary>
    public static Value Emit(Module feedForward, Value y)
    {
        BoundWeight projection = feedForward.Bound("w_1.weight");
        long half = projection.Shape[0] / 2;
        Value hidden = feedForward.Op("MatMul", "hidden", [y, feedForward.TransposedParameter("w_1.weight")]);
        Value[] halves = feedForward.Ops(
            "Split", "halves", [hidden, feedForward.Graph.Constant([half, half])], [feedForward.Name("value"), feedForward.Name("gate")], ("axis", -1));
        Value activated = GeluEmitter.Emit(feedForward, "gelu", halves[1]);
        Value gated = feedForward.Op("Mul", "gated", [halves[0], activated]);
        return feedForward.Op("MatMul", "output", [gated, feedForward.TransposedParameter("w_2.weight")]);
    }
}
