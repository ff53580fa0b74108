using System.Collections.Immutable;

namespace VampNet.Onnx.Rewriting.Rules;

/// <summary>
/// Replaces Where by one of its branches, if the condition is the same everywhere. Conditions are followed through ConstantOfShape,
/// changes of shape, Cast, Not and Equal with a constant: exporters compute attention masks that mask nothing in this way.
/// </summary>
internal sealed class UniformWhereRule : RewriteRule
{
    private const int MaxDepth = 32;

    /// <inheritdoc/>
    public override NumericalEffect Effect => NumericalEffect.Exact;

    /// <inheritdoc/>
    public override ImmutableArray<string> Anchors => ["Where"];

    /// <inheritdoc/>
    public override RuleOutcome Apply(Node node, RewriteContext context)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (!node.Is("Where") || node.Inputs is not [{ } condition, { } whenTrue, { } whenFalse])
        {
            return RuleOutcome.Irrelevant;
        }

        if (UniformElement(condition, MaxDepth) is not { } element)
        {
            return RuleOutcome.Miss(node, $"its condition '{condition.Name}' is not known to be the same everywhere");
        }

        Value branch = element != 0 ? whenTrue : whenFalse;
        return GraphPattern.HaveEqualShapes(branch, node.Outputs[0])
            ? new PatchBuilder().Replace(node.Outputs[0], branch).Build()
            : RuleOutcome.Miss(node, $"its result is not known to have the shape of '{branch.Name}'");
    }

    /// <summary>The number that all elements of a value equal; null if they differ or are not known.</summary>
    private static double? UniformElement(Value value, int depth)
    {
        if (RewriteContext.ConstantOf(value) is { ElementCount: 1 } constant)
        {
            return constant.ElementType == ElementType.Bool ? constant.ToInt64s()[0]
                : RewriteContext.TryGetScalar(value, out double scalar) ? scalar
                : null;
        }

        if (depth == 0 || value.Producer is not { Domain: "" } node || value.OutputIndex != 0 || node.Input(0) is not { } input)
        {
            return null;
        }

        switch (node.OpType)
        {
            case "ConstantOfShape":
                TensorData? fill = node.Attributes.GetTensor("value");
                return fill is null ? 0
                    : fill.ElementType is ElementType.Bool or ElementType.Int64 or ElementType.Int32 ? fill.ToInt64s()[0]
                    : fill.ElementType is ElementType.Float ? fill.ToSingles()[0]
                    : null;
            case "Identity" or "Reshape" or "Squeeze" or "Unsqueeze" or "Flatten" or "Transpose" or "Expand" or "Slice" or "Tile":
                return UniformElement(input, depth - 1);
            case "Cast":
                var to = (ElementType)node.Attributes.GetInt("to");
                double? before = UniformElement(input, depth - 1);
                return to == ElementType.Bool && before is not null ? (before != 0 ? 1 : 0)
                    : before is 0 or 1 ? before
                    : null;
            case "Not":
                return UniformElement(input, depth - 1) is { } flag ? 1 - flag : null;
            case "Equal" when node.Input(1) is { } right:
                return UniformElement(input, depth - 1) is { } a && UniformElement(right, depth - 1) is { } b
                    ? (a.Equals(b) ? 1 : 0)
                    : null;
            default:
                return null;
        }
    }
}
