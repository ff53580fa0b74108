using System.Collections.Immutable;

namespace VampNet.Onnx.Rewriting.Rules;

/// <summary>
/// A residual sum and the normalization of it, <c>n = norm(a + b)</c>, become one SkipSimplifiedLayerNormalization of ONNX Runtime
/// that gives both n and the sum. Only for float, three axes, and summands of one shape.
/// </summary>
internal sealed class FuseSkipNormalizationRule : RewriteRule
{
    /// <inheritdoc/>
    public override NumericalEffect Effect => NumericalEffect.Reordered;

    /// <inheritdoc/>
    public override ImmutableArray<string> Anchors => ["SimplifiedLayerNormalization"];

    /// <inheritdoc/>
    public override RuleOutcome Apply(Node node, RewriteContext context)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(context);
        if (
            !context.AllowsOnnxRuntime
            || !node.Is("SimplifiedLayerNormalization")
            || GraphPattern.Producer(node.Input(0), "Add") is not { } sum
        )
        {
            return RuleOutcome.Irrelevant;
        }

        if (
            sum.Inputs is not [{ } left, { } right]
            || RewriteContext.RankOf(sum.Outputs[0]) != 3
            || !GraphPattern.HaveEqualShapes(left, sum.Outputs[0])
            || !GraphPattern.HaveEqualShapes(right, sum.Outputs[0])
        )
        {
            return RuleOutcome.Miss(sum, "its summands are not known to have the same three axes");
        }

        if (!GraphPattern.IsLastAxis(node.Attributes.GetInt("axis", -1), sum.Outputs[0]))
        {
            return RuleOutcome.Miss(node, "it does not normalize the last axis alone");
        }

        if (sum.Outputs[0].Uses.Any(use => !IsAfter(use.Node, node)))
        {
            return RuleOutcome.Miss(sum, "the sum is read before it is normalized");
        }

        PatchBuilder patch = new();
        Operand[] results = patch.Nodes(
            "SkipSimplifiedLayerNormalization",
            [left, right, node.Input(1)!],
            4,
            [("epsilon", node.Attributes.GetFloat("epsilon", 1e-5f))],
            "com.microsoft"
        );
        return patch.Replace(node.Outputs[0], results[0]).Replace(sum.Outputs[0], results[3]).Build();
    }

    /// <summary>Whether a reader of the sum is the normalization or comes after it in the same graph.</summary>
    private static bool IsAfter(Node reader, Node node)
    {
        if (reader == node)
        {
            return true;
        }

        while (reader.Graph != node.Graph && reader.Graph.ParentNode is { } parent)
        {
            reader = parent;
        }

        foreach (Node each in node.Graph.Nodes)
        {
            if (each == node || each == reader)
            {
                return each == node;
            }
        }

        return false;
    }
}
