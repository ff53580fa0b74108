using System.Collections.Immutable;

namespace VampNet.Onnx.Rewriting.Rules;

/// <summary><c>x ^ 2</c> becomes <c>x * x</c>, which every runtime computes fastest and rounds the same. The Snake activation uses
/// it.</summary>
internal sealed class SquareRule : RewriteRule
{
    /// <inheritdoc/>
    public override NumericalEffect Effect => NumericalEffect.Rounded;

    /// <inheritdoc/>
    public override ImmutableArray<string> Anchors => ["Pow"];

    /// <inheritdoc/>
    public override RuleOutcome Apply(Node node, RewriteContext context)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (!node.Is("Pow") || node.Input(0) is not { } x)
        {
            return RuleOutcome.Irrelevant;
        }

        if (!RewriteContext.IsScalar(node.Input(1), 2) || !GraphPattern.HaveEqualShapes(x, node.Outputs[0]))
        {
            return RuleOutcome.Miss(node, "its exponent is not the scalar 2");
        }

        PatchBuilder patch = new();
        return patch.Replace(node.Outputs[0], patch.Node("Mul", [x, x])).Build();
    }
}
