using System.Collections.Immutable;

namespace VampNet.Onnx.Rewriting.Rules;

/// <summary>A product with a reciprocal, <c>x * (1 / y)</c> in either spelling, is the quotient <c>x / y</c>: one operator and one rounding
/// less.</summary>
internal sealed class MergeReciprocalRule : RewriteRule
{
    /// <inheritdoc/>
    public override NumericalEffect Effect => NumericalEffect.Reordered;

    /// <inheritdoc/>
    public override ImmutableArray<string> Anchors => ["Mul"];

    /// <inheritdoc/>
    public override RuleOutcome Apply(Node node, RewriteContext context)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (
            !node.Is("Mul")
            || !GraphPattern.TryMatchEither(
                node,
                value => GraphPattern.DivisorOfReciprocal(value) is not null,
                out Value? reciprocal,
                out Value? x
            )
            || x.TensorType?.ElementType.IsFloatingPoint != true
        )
        {
            return RuleOutcome.Irrelevant;
        }

        if (!GraphPattern.IsReadOnce(reciprocal))
        {
            return RuleOutcome.Miss(reciprocal.Producer!, "its result has other readers, which a quotient would not serve");
        }

        PatchBuilder patch = new();
        return patch.Replace(node.Outputs[0], patch.Node("Div", [x, GraphPattern.DivisorOfReciprocal(reciprocal)!])).Build();
    }
}
