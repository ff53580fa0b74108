using System.Collections.Immutable;

namespace VampNet.Onnx.Rewriting.Rules;

/// <summary>
/// <c>(x - mean) / sqrt(var + eps)</c> over all axes behind the channels becomes InstanceNormalization with factors of one and shifts of
/// zero. Group normalization is the same over groups of channels that a Reshape makes one axis, so it becomes InstanceNormalization between
/// its two Reshapes, for which runtimes have a kernel.
/// </summary>
/// <remarks>Source: Ulyanov, Vedaldi and Lempitsky, Instance Normalization, arXiv:1607.08022; Wu and He, Group Normalization,
/// arXiv:1803.08494.</remarks>
internal sealed class FuseInstanceNormalizationRule : RewriteRule
{
    /// <inheritdoc/>
    public override NumericalEffect Effect => NumericalEffect.Rounded;

    /// <inheritdoc/>
    public override ImmutableArray<string> Anchors => ["Div", "Mul"];

    /// <inheritdoc/>
    public override RuleOutcome Apply(Node node, RewriteContext context)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(context);
        if (
            !(node.Is("Div") || node.Is("Mul"))
            || LayerNormalizationPattern.Match(node.Outputs[0], context) is not { IsCast: false } pattern
            || pattern.X.TensorType is not { Shape: { Rank: >= 3 } shape } type
            || -pattern.FirstAxis != shape.Rank - 2
        )
        {
            return RuleOutcome.Irrelevant;
        }

        if (type.ElementType != ElementType.Float)
        {
            return RuleOutcome.Miss(
                node,
                $"InstanceNormalization is computed in float, and '{pattern.X.Name}' is {type.ElementType.OnnxName}"
            );
        }

        if (!shape[1].TryGetConstant(out long channels) || channels == 0)
        {
            return RuleOutcome.Miss(node, $"the channels of '{pattern.X.Name}' are not known");
        }

        if (!IsOverChannels(node, pattern, shape.Rank))
        {
            return RuleOutcome.Miss(node, "what reads it has a factor for each place of the last axes: it is a layer normalization");
        }

        float[] ones = new float[channels];
        Array.Fill(ones, 1);
        PatchBuilder patch = new();
        Operand fused = patch.Node(
            "InstanceNormalization",
            [
                pattern.X,
                PatchBuilder.Constant("const.instance_scale", TensorData.FromArray(ones, channels)),
                PatchBuilder.Constant("const.instance_shift", TensorData.FromArray(new float[channels], channels)),
            ],
            [("epsilon", (float)pattern.Epsilon)]
        );
        return patch.Replace(node.Outputs[0], fused).Build();
    }

    // Over the last axis of three, a layer normalization looks the same; its factors, or the Reshapes around it, tell them apart.
    private static bool IsOverChannels(Node node, LayerNormalizationPattern pattern, int rank)
    {
        Node? reader = node.Outputs[0] is { IsGraphOutput: false, Uses: [{ Node: var only }] } ? only : null;
        bool hasPlaceFactors =
            reader?.Is("Mul") == true
            && GraphPattern.TryMatchEither(
                reader,
                value => RewriteContext.ConstantOf(value) is { ElementCount: > 1 },
                out Value? factor,
                out _
            )
            && RewriteContext.ConstantOf(factor)!.Shape.Length <= -pattern.FirstAxis;
        return !hasPlaceFactors
            && (
                rank > 3
                || (reader?.Is("Reshape") == true && GraphPattern.Producer(pattern.X, "Reshape") is not null)
                || (reader is not null && AffineChannels.Of(reader, 0) is { Affine: { Factors.Length: > 1 } })
            );
    }
}
