using System.Collections.Immutable;

namespace VampNet.Onnx.Rewriting.Rules;

/// <summary>A factor and a shift of each channel behind InstanceNormalization go into its own:
/// <c>(n s + b) f + t = n (s f) + (b f + t)</c>.</summary>
internal sealed class FoldNormalizationAffineRule : RewriteRule
{
    /// <inheritdoc/>
    public override NumericalEffect Effect => NumericalEffect.Reordered;

    /// <inheritdoc/>
    public override ImmutableArray<string> Anchors => ["Mul", "Div", "Add", "Sub", "BatchNormalization"];

    /// <inheritdoc/>
    public override RuleOutcome Apply(Node node, RewriteContext context)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (
            AffineChannels.Of(node, 0) is not var (input, affine)
            || GraphPattern.Producer(input, "InstanceNormalization") is not { } normalization
            || RewriteContext.ConstantOf(normalization.Input(1)) is not { ElementType: ElementType.Float, Shape.Length: 1 } scale
            || RewriteContext.ConstantOf(normalization.Input(2)) is not { ElementType: ElementType.Float, Shape.Length: 1 } shift
        )
        {
            return RuleOutcome.Irrelevant;
        }

        if (!GraphPattern.IsReadOnce(input) || !GraphPattern.HaveEqualShapes(node.Outputs[0], input))
        {
            return RuleOutcome.Miss(normalization, "its result has other readers, or another shape than the scaled one");
        }

        float[] factors = [.. scale.ToSingles().Select((value, channel) => (float)(value * affine.Factor(channel)))],
            shifts = [.. shift.ToSingles().Select((value, channel) => (float)((value * affine.Factor(channel)) + affine.Shift(channel)))];
        PatchBuilder patch = new();
        Operand folded = patch.Node(
            "InstanceNormalization",
            [
                normalization.Inputs[0]!,
                PatchBuilder.Constant($"{normalization.Outputs[0].Name}.scale", TensorData.FromArray(factors, factors.Length)),
                PatchBuilder.Constant($"{normalization.Outputs[0].Name}.shift", TensorData.FromArray(shifts, shifts.Length)),
            ],
            [("epsilon", normalization.Attributes.GetFloat("epsilon", 1e-5f))]
        );
        return patch.Replace(node.Outputs[0], folded).Build();
    }
}
