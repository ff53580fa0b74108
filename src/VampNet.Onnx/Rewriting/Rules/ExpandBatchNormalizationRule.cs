using System.Collections.Immutable;

namespace VampNet.Onnx.Rewriting.Rules;

/// <summary>
/// BatchNormalization of constants in inference is one product and one sum for each channel:
/// <c>x * (scale / sqrt(var + eps)) + (bias - mean * scale / sqrt(var + eps))</c>. Other rules, quantizers and runtimes know both
/// operators. It stays whole behind an operator that <see cref="FoldAffineRule"/> can put it into.
/// </summary>
internal sealed class ExpandBatchNormalizationRule : RewriteRule
{
    /// <inheritdoc/>
    public override NumericalEffect Effect => NumericalEffect.Reordered;

    /// <inheritdoc/>
    public override ImmutableArray<string> Anchors => ["BatchNormalization"];

    /// <inheritdoc/>
    public override RuleOutcome Apply(Node node, RewriteContext context)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (!node.Is("BatchNormalization"))
        {
            return RuleOutcome.Irrelevant;
        }

        if (AffineChannels.OfNormalization(node) is not var (input, affine))
        {
            return RuleOutcome.Miss(node, "it trains, or a parameter is no constant vector");
        }

        if (input.TensorType is not { ElementType: ElementType.Float, Shape: { Rank: >= 2 } shape })
        {
            return RuleOutcome.Miss(node, $"the rank of '{input.Name}' is not known, or it is not float");
        }

        long[] channels = [affine.Factors.Length, .. Enumerable.Repeat(1L, shape.Rank - 2)];
        PatchBuilder patch = new();
        Operand product = patch.Node("Mul", [input, Constant("factor", affine.Factors)]);
        return patch.Replace(node.Outputs[0], patch.Node("Add", [product, Constant("shift", affine.Shifts)])).Build();

        Operand Constant(string role, double[] numbers) =>
            PatchBuilder.Constant(
                $"{node.Outputs[0].Name}.{role}",
                TensorData.FromArray(Array.ConvertAll(numbers, number => (float)number), channels)
            );
    }
}
