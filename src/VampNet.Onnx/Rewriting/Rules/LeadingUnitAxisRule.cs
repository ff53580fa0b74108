using System.Collections.Immutable;

namespace VampNet.Onnx.Rewriting.Rules;

/// <summary>Leading axes of length 1 that Unsqueeze adds to an operand are there anyway, where the operator broadcasts against as many
/// axes.</summary>
internal sealed class LeadingUnitAxisRule : RewriteRule
{
    /// <inheritdoc/>
    public override NumericalEffect Effect => NumericalEffect.Exact;

    /// <inheritdoc/>
    public override ImmutableArray<string> Anchors => GraphPattern.BroadcastingOperators;

    /// <inheritdoc/>
    public override RuleOutcome Apply(Node node, RewriteContext context)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(context);
        if (!GraphPattern.IsBroadcasting(node) || node.Inputs is not [{ } left, { } right])
        {
            return RuleOutcome.Irrelevant;
        }

        Value? plainLeft = WithoutLeadingAxes(left, right, context);
        Value? plainRight = plainLeft is null ? WithoutLeadingAxes(right, left, context) : null;
        if (plainLeft is null && plainRight is null)
        {
            return RuleOutcome.Irrelevant;
        }

        PatchBuilder patch = new();
        return patch
            .Replace(node.Outputs[0], patch.Node(node.OpType, [plainLeft ?? left, plainRight ?? right], [.. node.Attributes]))
            .Build();
    }

    private static Value? WithoutLeadingAxes(Value operand, Value other, RewriteContext context)
    {
        if (
            GraphPattern.Producer(operand, "Unsqueeze") is not { } unsqueeze
            || RewriteContext.RankOf(other) < RewriteContext.RankOf(operand)
        )
        {
            return null;
        }

        long[]? axes =
            unsqueeze.Attributes.GetInts("axes") is { } given ? [.. given]
            : context.TryGetInt64s(unsqueeze.Input(1), out long[]? named) ? named
            : null;
        int rank = RewriteContext.RankOf(operand);
        bool areLeading =
            rank > 0
            && axes is { Length: > 0 }
            && axes.Select(axis => axis < 0 ? axis + rank : axis)
                .Order()
                .SequenceEqual(Enumerable.Range(0, axes.Length).Select(axis => (long)axis));
        return areLeading ? unsqueeze.Input(0) : null;
    }
}
