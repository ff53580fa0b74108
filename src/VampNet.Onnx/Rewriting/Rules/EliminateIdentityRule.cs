using System.Collections.Immutable;

namespace VampNet.Onnx.Rewriting.Rules;

/// <summary>
/// Removes nodes that return their input unchanged:
/// 1. Identity, and Dropout without training and without a mask that is read;
/// 2. Cast to the type that the input has;
/// 3. Transpose by the identical permutation;
/// 4. Reshape, Expand, Squeeze, Unsqueeze, Flatten to the shape that the input has, symbolic lengths compared as expressions.
/// </summary>
internal sealed class EliminateIdentityRule : RewriteRule
{
    /// <inheritdoc/>
    public override NumericalEffect Effect => NumericalEffect.Exact;

    /// <inheritdoc/>
    public override ImmutableArray<string> Anchors =>
        ["Identity", "Dropout", "Cast", "Transpose", "Reshape", "Expand", "Squeeze", "Unsqueeze", "Flatten"];

    /// <inheritdoc/>
    public override RuleOutcome Apply(Node node, RewriteContext context)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (node.Domain.Length > 0 || node.Input(0) is not { } input)
        {
            return RuleOutcome.Irrelevant;
        }

        return node.OpType switch
        {
            "Identity" => Remove(node, input),
            "Dropout" => node.Input(2) is null && node.Outputs.Skip(1).All(mask => mask.Uses.Count == 0 && !mask.IsGraphOutput)
                ? Remove(node, input)
                : RuleOutcome.Miss(node, "it has a training switch, or its mask is read"),
            "Cast" => input.TensorType?.ElementType is { } type and not ElementType.Undefined && (long)type == node.Attributes.GetInt("to")
                ? Remove(node, input)
                : RuleOutcome.Irrelevant,
            "Transpose" => GraphPattern.PermutationOf(node) is { } perm && perm.SequenceEqual(perm.Order())
                ? Remove(node, input)
                : RuleOutcome.Irrelevant,
            "Reshape" or "Expand" or "Squeeze" or "Unsqueeze" or "Flatten" => GraphPattern.HaveEqualShapes(input, node.Outputs[0])
                ? Remove(node, input)
                : RuleOutcome.Irrelevant,
            _ => RuleOutcome.Irrelevant,
        };
    }

    private static RuleOutcome Remove(Node node, Value input) => new PatchBuilder().Replace(node.Outputs[0], input).Build();
}
