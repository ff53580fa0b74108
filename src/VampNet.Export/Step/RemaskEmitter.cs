using VampNet.Onnx;

namespace VampNet.Export.Step;

/// <summary>Masks the tokens that a step is least sure of.</summary>
internal static class RemaskEmitter
{
    /// <summary>Emits the choice of tokens to give up.</summary>
    /// <param name="remask">Scope that names the nodes.</param>
    /// <param name="probabilities">Of the chosen tokens, float32 [B,T*P].</param>
    /// <param name="masked">Whether a token was MASK before this step, bool [B,T*P].</param>
    /// <param name="uniform">Uniforms above 0 and below 1, float32 [B,T*P].</param>
    /// <param name="temperature">The weight of the Gumbel noise in this step, float32 [].</param>
    /// <param name="count">Tokens to give up in each piece, int64 [B].</param>
    /// <param name="tokensPerPiece">T*P, int64 [1].</param>
    /// <returns>True where a token is given up, bool [B,T*P].</returns>
    public static Value Emit(
        Module remask,
        Value probabilities,
        Value masked,
        Value uniform,
        Value temperature,
        Value count,
        Value tokensPerPiece
    )
    {
        Value inner = remask.Op(
            "Log",
            "log_negative_log",
            [remask.Op("Neg", "negative_log", [remask.Op("Log", "log_uniform", [uniform])])]
        );
        Value noise = remask.Op("Mul", "gumbel", [inner, remask.Op("Neg", "negative_temperature", [temperature])]);
        Value sure = remask.Op("Add", "confidence.drawn", [remask.Op("Log", "log_probability", [probabilities]), noise]);
        Value confidence = remask.Op("Where", "confidence", [masked, sure, remask.Graph.Constant(float.PositiveInfinity)]);
        Value ascending = remask.Graph.Nodes(
            "TopK",
            remask.Name("sort"),
            [confidence, tokensPerPiece],
            [remask.Name("ascending"), remask.Name("order")],
            [("axis", -1), ("largest", 0), ("sorted", 1)]
        )[0];
        Value place = remask.Op("Unsqueeze", "place", [count, remask.Graph.Constant([1L])]);
        Value cutOff = remask.Op("GatherElements", "cut_off", [ascending, place], ("axis", -1));
        return remask.Op("Less", "given_up", [confidence, cutOff]);
    }
}
