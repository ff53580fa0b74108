using System.Collections.Immutable;

namespace VampNet.Onnx.Rewriting;

/// <summary>Something that hides scores: a bias that is added, or a condition that puts a large negative number in their place.</summary>
/// <param name="Added">Value that is added; null for a condition.</param>
/// <param name="Condition">Condition that keeps or hides scores; null for a bias.</param>
/// <param name="KeepsTrue">Whether scores are kept where the condition holds.</param>
/// <param name="Fill">Replacement of a hidden score.</param>
internal sealed record ScoreMask(Value? Added, Value? Condition, bool KeepsTrue, double Fill)
{
    /// <summary>A number beside which any score vanishes in float32. It is not the type's least, for which some kernels give no weight at
    /// all where every key is hidden.</summary>
    public const float Hidden = -1e30f;

    // ONNX Runtime's kernels for processors compute masks of float16 in float32, where half a unit in the last place of this is 32.
    private const double Vanishing = -1e9;

    /// <summary>Whether a hidden score is the same number, added to a score or put in its place.</summary>
    public bool Vanishes => Added is not null || Fill <= Vanishing;

    /// <summary>Number that is added in float32 to hide a score.</summary>
    public float Bias =>
        double.IsInfinity(Fill) ? float.NegativeInfinity
        : Fill is <= Vanishing and >= Hidden ? (float)Fill
        : Hidden;
}

/// <summary>
/// Input of softmax in attention: a product, scaled, with masks over it. A mask is added, or chosen by Where with a constant of -10000 or
/// less, beside which no score counts. Casts between float16 and float32 may stand anywhere.
/// </summary>
/// <param name="Product">The product of queries and keys.</param>
/// <param name="Scale">Factor of the product.</param>
/// <param name="Masks">The masks, innermost first.</param>
internal sealed record AttentionScores(Node Product, double Scale, ImmutableArray<ScoreMask> Masks)
{
    private const int MaxDepth = 12;

    /// <summary>Whether rows all of whose keys are hidden give 0, by taking NaN out of softmax.</summary>
    public bool HidesRows { get; init; }

    /// <summary>What softmax reads.</summary>
    public Value Masked { get; init; } = Product.Outputs[0];

    // The largest number that exporters write for minus infinity.
    private const double LeastHidden = -1e4;

    /// <summary>Matches softmax's input; null for anything else.</summary>
    public static AttentionScores? Match(Value value) => Match(value, MaxDepth);

    /// <summary>Input of the Cast between float16 and float32 that gives the value, or the value itself.</summary>
    public static Value SkipCast(Value value) =>
        GraphPattern.Producer(value, "Cast")?.Input(0) is { } input && IsFloat(input) && IsFloat(value) ? input : value;

    /// <summary>The other factor of a product with a constant scalar, or the dividend of a quotient by one.</summary>
    public static (Value Unscaled, double Scale)? Scaled(Value value)
    {
        if (
            GraphPattern.Producer(value, "Div") is { } quotient
            && quotient.Input(0) is { } dividend
            && RewriteContext.TryGetScalar(quotient.Input(1), out double divisor)
            && divisor != 0
        )
        {
            return (dividend, 1 / divisor);
        }

        return
            GraphPattern.Producer(value, "Mul") is { } product
            && GraphPattern.TryMatchEither(product, each => RewriteContext.TryGetScalar(each, out _), out Value? factor, out Value? rest)
            && RewriteContext.TryGetScalar(factor, out double scale)
            ? (rest, scale)
            : null;
    }

    /// <summary>Whether a Softmax is over the last axis. Before opset 13 the default is axis 1, and all behind it together.</summary>
    public static bool IsOverLastAxis(Node softmax, int opset) =>
        GraphPattern.IsLastAxis(softmax.Attributes.GetInt("axis", opset < 13 ? 1 : -1), softmax.Outputs[0]);

    /// <summary>The value behind <c>Where(IsNaN(x), 0, x)</c>, or the value itself.</summary>
    public static Value SkipNaNGuard(Value value) =>
        GraphPattern.Producer(value, "Where") is { Inputs: [{ } condition, { } zero, { } kept] }
        && RewriteContext.TryGetScalar(zero, out double number)
        && number == 0
        && GraphPattern.Producer(condition, "IsNaN")?.Input(0) == kept
            ? kept
            : value;

    private static bool IsFloat(Value value) => value.TensorType?.ElementType is ElementType.Float or ElementType.Float16;

    private static AttentionScores? Match(Value value, int depth)
    {
        value = SkipCast(value);
        if (depth == 0 || value.Producer is not { Domain: "" } node)
        {
            return null;
        }

        if (node.Is("MatMul"))
        {
            return new AttentionScores(node, 1, []);
        }

        if (Scaled(value) is var (rest, scale))
        {
            return Match(rest, depth - 1) is { Masks.IsEmpty: true } inner ? inner with { Scale = inner.Scale * scale } : null;
        }

        if (node.Is("Add") && node.Inputs is [{ } left, { } right])
        {
            return Match(left, depth - 1) is { } first ? first.Under(new ScoreMask(right, null, false, 0))
                : Match(right, depth - 1) is { } second ? second.Under(new ScoreMask(left, null, false, 0))
                : null;
        }

        if (node.Is("Where") && node.Inputs is [{ } condition, { } whenTrue, { } whenFalse])
        {
            bool keepsTrue = RewriteContext.TryGetScalar(whenFalse, out double fill);
            return (keepsTrue || RewriteContext.TryGetScalar(whenTrue, out fill)) && fill <= LeastHidden
                ? Match(keepsTrue ? whenTrue : whenFalse, depth - 1)?.Under(new ScoreMask(null, condition, keepsTrue, fill))
                : null;
        }

        return null;
    }

    private AttentionScores Under(ScoreMask mask) => this with { Masks = Masks.Add(mask) };
}
