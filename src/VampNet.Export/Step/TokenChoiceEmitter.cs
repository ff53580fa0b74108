using VampNet.Onnx;

namespace VampNet.Export.Step;

/// <summary>Chooses a token for every position: the likeliest, or one drawn after temperature and top-p, as
/// <c>VampNet.Runtime.Generation.TokenSampler</c> does.</summary>
internal static class TokenChoiceEmitter
{
    /// <summary>Emits the choice.</summary>
    /// <param name="choice">Scope that names the nodes.</param>
    /// <param name="logits">float32 [N,V].</param>
    /// <param name="exponential">Exp(1) for every logit, float32 [N,V].</param>
    /// <param name="draws">Whether this step draws, bool [].</param>
    /// <param name="temperature">float32 []; 0 leaves the logits as they are.</param>
    /// <param name="topP">float32 []; 1 keeps all.</param>
    /// <param name="vocabulary">V.</param>
    /// <returns>Tokens int64 [N,1], and their probabilities after filter and temperature, float32 [N,1].</returns>
    public static (Value Tokens, Value Probabilities) Emit(
        Module choice,
        Value logits,
        Value exponential,
        Value draws,
        Value temperature,
        Value topP,
        int vocabulary
    )
    {
        Value kept = KeepMass(choice["top_p"], logits, topP, vocabulary);
        Value hot = choice.Op("Greater", "has_temperature", [temperature, choice.Graph.Constant(0f)]);
        Value divisor = choice.Op("Where", "divisor", [hot, temperature, choice.Graph.Constant(1f)]);
        Value tempered = choice.Op("Div", "tempered", [kept, divisor]);
        Value probabilities = choice.Op("Softmax", "probabilities", [tempered], ("axis", -1));
        // argmax(p / e) is a draw from p, as torch.multinomial makes it.
        Value raced = choice.Op("Div", "race", [probabilities, exponential]);
        Value scores = choice.Op("Where", "scores", [draws, raced, kept]);
        Value tokens = choice.Op("ArgMax", "tokens", [scores], ("axis", -1), ("keepdims", 1));
        return (tokens, choice.Op("GatherElements", "probability", [probabilities, tokens], ("axis", -1)));
    }

    // Sorts only where something is filtered: TopK of 1 costs no more than a maximum.
    private static Value KeepMass(Module filter, Value logits, Value topP, int vocabulary)
    {
        GraphBuilder graph = filter.Graph;
        Value filters = filter.Op("Less", "filters", [topP, graph.Constant(1f)]);
        Value count = filter.Op("Where", "sorted_count", [filters, graph.Constant([(long)vocabulary]), graph.Constant([1L])]);
        Value[] sorted = graph.Nodes(
            "TopK",
            filter.Name("sort"),
            [logits, count],
            [filter.Name("sorted"), filter.Name("order")],
            [("axis", -1), ("largest", 1), ("sorted", 1)]
        );
        Value shares = filter.Op("Softmax", "shares", [sorted[0]], ("axis", -1));
        Value sums = filter.Op(
            "CumSum",
            "mass_before.float64",
            [filter.Cast("shares.float64", shares, ElementType.Double), filter.Integer(-1)],
            ("exclusive", 1)
        );
        // The token that crosses the border still belongs to it.
        Value over = filter.Op("Greater", "over", [filter.Cast("mass_before", sums, ElementType.Float), topP]);
        Value removed = filter.Op("Where", "sorted.kept", [over, graph.Constant(float.NegativeInfinity), sorted[0]]);
        Value scattered = filter.Op("ScatterElements", "kept.filtered", [logits, sorted[1], removed], ("axis", -1));
        return filter.Op("Where", "kept", [filters, scattered, logits]);
    }
}
