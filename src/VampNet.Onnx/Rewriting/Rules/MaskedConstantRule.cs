using System.Collections.Immutable;

namespace VampNet.Onnx.Rewriting.Rules;

/// <summary>An integer constant times a condition cast to a number is a choice: <c>cast(b) * c = where(b, c, 0)</c>.</summary>
internal sealed class MaskedConstantRule : RewriteRule
{
    /// <inheritdoc/>
    public override NumericalEffect Effect => NumericalEffect.Exact;

    /// <inheritdoc/>
    public override ImmutableArray<string> Anchors => ["Mul"];

    /// <inheritdoc/>
    public override RuleOutcome Apply(Node node, RewriteContext context)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (
            !node.Is("Mul")
            || !GraphPattern.TryMatchEither(node, IsCondition, out Value? cast, out Value? constant)
            || RewriteContext.ConstantOf(constant) is not { ElementCount: 1 } data
        )
        {
            return RuleOutcome.Irrelevant;
        }

        Value condition = cast.Producer!.Input(0)!;
        if (data.ElementType != ElementType.Int64 || !GraphPattern.HaveEqualShapes(condition, node.Outputs[0]))
        {
            return RuleOutcome.Miss(node, "the constant is not an int64 that broadcasts to the condition");
        }

        PatchBuilder patch = new();
        return patch
            .Replace(node.Outputs[0], patch.Node("Where", [condition, constant, PatchBuilder.Constant("zero", TensorData.Scalar(0L))]))
            .Build();
    }

    private static bool IsCondition(Value value) =>
        GraphPattern.Producer(value, "Cast")?.Input(0)?.TensorType?.ElementType == ElementType.Bool;
}
