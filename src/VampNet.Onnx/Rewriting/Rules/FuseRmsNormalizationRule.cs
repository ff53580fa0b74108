using System.Collections.Immutable;

namespace VampNet.Onnx.Rewriting.Rules;

/// <summary>
/// Root-mean-square normalization, <c>w * (x / sqrt(mean(x^2) + eps))</c> over the last axis, in the ways exporters spell it:
/// the square as Pow or Mul; the root as Sqrt then Div, or as 1 / Sqrt or Reciprocal then Mul. Becomes RMSNormalization from
/// opset 23 on, or SimplifiedLayerNormalization for ONNX Runtime. A float16 x may be cast to float32 for it, and the quotient back.
/// </summary>
internal sealed class FuseRmsNormalizationRule : RewriteRule
{
    private const int FirstOpset = 23;

    /// <inheritdoc/>
    public override NumericalEffect Effect => NumericalEffect.Reordered;

    /// <inheritdoc/>
    public override ImmutableArray<string> Anchors => ["Mul"];

    /// <inheritdoc/>
    public override RuleOutcome Apply(Node node, RewriteContext context)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(context);
        if (
            !node.Is("Mul")
            || !GraphPattern.TryMatchEither(node, IsWeight, out Value? weight, out Value? normed)
            || MatchNormed(AttentionScores.SkipCast(normed)) is not var (x, mean, epsilon)
        )
        {
            return RuleOutcome.Irrelevant;
        }

        bool isCast = normed != AttentionScores.SkipCast(normed);

        if (LayerNormalizationPattern.IsCentred(x, context))
        {
            return RuleOutcome.Irrelevant;
        }

        if (!context.AllowsOnnxRuntime && context.Model.Opset < FirstOpset)
        {
            return RuleOutcome.Miss(
                node,
                $"RMSNormalization needs opset {FirstOpset} or the target ONNX Runtime, the model has opset {context.Model.Opset}"
            );
        }

        if (!ReducesLastAxis(mean, x, context))
        {
            return RuleOutcome.Miss(mean, "the mean is not over the last axis alone with its dimension kept");
        }

        x = isCast ? AttentionScores.SkipCast(x) : x;
        if (x.TensorType is not { Shape: { Rank: > 0 } shape } type || !shape[^1].Is(weight.Constant!.Shape[0]))
        {
            return RuleOutcome.Miss(node, $"the weight '{weight.Name}' does not have one element for each of the last axis of '{x.Name}'");
        }

        if (
            type.ElementType != weight.Constant.ElementType
            || type.ElementType != (isCast ? ElementType.Float16 : ElementType.Float)
            || node.Outputs[0].TensorType?.ElementType != type.ElementType
        )
        {
            return RuleOutcome.Miss(node, $"'{x.Name}' and the weight are not float, or float16 normalized in float32");
        }

        PatchBuilder patch = new();
        Attribute[] attributes = [("axis", -1), ("epsilon", (float)epsilon)];
        string op = context.AllowsOnnxRuntime ? "SimplifiedLayerNormalization" : "RMSNormalization";
        return patch.Replace(node.Outputs[0], patch.Node(op, [x, weight], attributes)).Build();
    }

    private static bool IsWeight(Value value) =>
        value is { IsConstant: true, Constant: { Shape.Length: 1, ElementType: ElementType.Float or ElementType.Float16 } };

    private static (Value X, Node Mean, double Epsilon)? MatchNormed(Value normed)
    {
        if (GraphPattern.Producer(normed, "Div") is { } quotient && quotient.Inputs is [{ } numerator, { } divisor])
        {
            return MatchRoot(numerator, divisor);
        }

        if (
            GraphPattern.Producer(normed, "Mul") is { } product
            && GraphPattern.TryMatchEither(
                product,
                value => GraphPattern.DivisorOfReciprocal(value) is not null,
                out Value? inverse,
                out Value? x
            )
        )
        {
            return MatchRoot(x, GraphPattern.DivisorOfReciprocal(inverse)!);
        }

        return null;
    }

    private static (Value X, Node Mean, double Epsilon)? MatchRoot(Value x, Value root)
    {
        if (
            GraphPattern.Producer(root, "Sqrt") is not { } sqrt
            || GraphPattern.Producer(sqrt.Input(0), "Add") is not { } sum
            || !GraphPattern.TryMatchEither(
                sum,
                value => GraphPattern.Producer(value, "ReduceMean") is not null,
                out Value? meanValue,
                out Value? shift
            )
            || !RewriteContext.TryGetScalar(shift, out double epsilon)
        )
        {
            return null;
        }

        Node mean = meanValue.Producer!;
        return IsSquareOf(mean.Input(0), x) ? (x, mean, epsilon) : null;
    }

    private static bool IsSquareOf(Value? square, Value x) =>
        (GraphPattern.Producer(square, "Pow") is { } power && power.Input(0) == x && RewriteContext.IsScalar(power.Input(1), 2))
        || (GraphPattern.Producer(square, "Mul") is { } product && product.Input(0) == x && product.Input(1) == x);

    private static bool ReducesLastAxis(Node mean, Value x, RewriteContext context)
    {
        long[]? axes =
            mean.Attributes.GetInts("axes") is { } given ? [.. given]
            : context.TryGetInt64s(mean.Input(1), out long[]? named) ? named
            : null;
        return axes is [var axis] && GraphPattern.IsLastAxis(axis, x) && mean.Attributes.GetInt("keepdims", 1) == 1;
    }
}
