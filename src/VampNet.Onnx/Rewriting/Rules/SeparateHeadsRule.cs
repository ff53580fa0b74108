using System.Collections.Immutable;

namespace VampNet.Onnx.Rewriting.Rules;

/// <summary>
/// Attention in three axes [B*heads,T,H], between a Reshape that merges batch and heads and one that parts them, becomes attention in four
/// axes [B,heads,T,H]: the products, factors, Softmax and transpositions of the last two axes between them are the same for each head.
/// FuseAttentionRule then finds it. Exporters of CLIP, BART, Whisper and older diffusion models write it so.
/// </summary>
internal sealed class SeparateHeadsRule : RewriteRule
{
    private const int MaxDepth = 10;

    /// <inheritdoc/>
    public override NumericalEffect Effect => NumericalEffect.Reordered;

    /// <inheritdoc/>
    public override ImmutableArray<string> Anchors => ["Reshape"];

    /// <inheritdoc/>
    public override RuleOutcome Apply(Node node, RewriteContext context)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(context);
        if (
            !node.Is("Reshape")
            || node.Input(0) is not { Producer: { Domain: "" } producer } input
            || producer.OpType is not ("MatMul" or "Mul" or "Div" or "Softmax")
            || node.Outputs[0].TensorType?.Shape is not { Rank: 4 } apart
            || input.TensorType?.Shape is not { Rank: 3 } merged
            || !IsMerge(apart, merged)
        )
        {
            return RuleOutcome.Irrelevant;
        }

        PatchBuilder patch = new();
        return Lift(patch, context, input, (apart[0], apart[1]), MaxDepth) is not { } lifted
            ? RuleOutcome.Miss(node, "what it parts is not computed of batch and heads alike")
            : patch.Replace(node.Outputs[0], lifted).Build();
    }

    private static bool IsMerge(TensorShape apart, TensorShape merged) =>
        merged[0].Equals(apart[0] * apart[1]) && merged[1].Equals(apart[2]) && merged[2].Equals(apart[3]);

    /// <summary>A value of three axes computed in four; null where that is not possible.</summary>
    private static Operand? Lift(PatchBuilder patch, RewriteContext context, Value value, (Dim Batch, Dim Heads) lengths, int depth)
    {
        if (depth == 0 || value.Producer is not { Domain: "" } node || value.TensorType?.Shape is not { Rank: 3 } shape)
        {
            return null;
        }

        if (node.Is("Reshape"))
        {
            return
                node.Input(0) is { TensorType.Shape: { Rank: 4 } apart } four
                && IsMerge(apart, shape)
                && apart[0].Equals(lengths.Batch)
                && apart[1].Equals(lengths.Heads)
                ? Operand.FromValue(four)
                : null;
        }

        // Otherwise it would be computed twice.
        if (!GraphPattern.IsReadOnce(value))
        {
            return null;
        }

        return node.OpType switch
        {
            "MatMul" when node.Inputs is [{ } left, { } right] => Lift(patch, context, left, lengths, depth - 1) is { } first
            && Lift(patch, context, right, lengths, depth - 1) is { } second
                ? patch.Node("MatMul", [first, second])
                : null,
            "Mul" or "Div" when AttentionScores.Scaled(value) is var (rest, _) && rest == node.Input(0) => Lift(
                patch,
                context,
                rest,
                lengths,
                depth - 1
            )
                is { } scaled
                ? patch.Node(node.OpType, [scaled, node.Input(1)!])
                : null,
            "Softmax" when AttentionScores.IsOverLastAxis(node, context.Model.Opset) => Lift(
                patch,
                context,
                node.Input(0)!,
                lengths,
                depth - 1
            )
                is { } scores
                ? patch.Node("Softmax", [scores], [("axis", 3)])
                : null,
            "Transpose" when GraphPattern.PermutationOf(node) is [0, 2, 1] => Lift(patch, context, node.Input(0)!, lengths, depth - 1)
                is { } turned
                ? patch.Node("Transpose", [turned], [("perm", new long[] { 0, 1, 3, 2 })])
                : null,
            _ => null,
        };
    }
}
