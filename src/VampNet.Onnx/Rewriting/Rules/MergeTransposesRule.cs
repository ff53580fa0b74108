using System.Collections.Immutable;

namespace VampNet.Onnx.Rewriting.Rules;

/// <summary>Transpose of a Transpose is one Transpose: axis i of the result is axis <c>inner[outer[i]]</c> of the input.</summary>
internal sealed class MergeTransposesRule : RewriteRule
{
    /// <inheritdoc/>
    public override NumericalEffect Effect => NumericalEffect.Exact;

    /// <inheritdoc/>
    public override ImmutableArray<string> Anchors => ["Transpose"];

    /// <inheritdoc/>
    public override RuleOutcome Apply(Node node, RewriteContext context)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (!node.Is("Transpose") || GraphPattern.Producer(node.Input(0), "Transpose") is not { } inner)
        {
            return RuleOutcome.Irrelevant;
        }

        if (
            GraphPattern.PermutationOf(node) is not { } outerPerm
            || GraphPattern.PermutationOf(inner) is not { } innerPerm
            || outerPerm.Length != innerPerm.Length
        )
        {
            return RuleOutcome.Miss(node, "a permutation is not known");
        }

        PatchBuilder patch = new();
        return patch
            .Replace(
                node.Outputs[0],
                patch.Node("Transpose", [inner.Input(0)!], [Attribute.Of("perm", [.. outerPerm.Select(axis => innerPerm[axis])])])
            )
            .Build();
    }
}
