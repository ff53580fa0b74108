using System.Collections.Immutable;

namespace VampNet.Onnx.Rewriting.Rules;

/// <summary>
/// Multi-head attention, <c>softmax(q k^T scale + bias) v</c>, from three projections [B,T,D] to their joined heads [B,T,D], where
/// the heads are split by Reshape and Transpose. Two layouts occur: heads behind the batch (permutation 0,2,1,3), and heads
/// before it (2,0,1,3), for which the bias changes its first two axes. Becomes MultiHeadAttention for ONNX Runtime, or Attention
/// from opset 23 on.
/// </summary>
internal sealed class FuseAttentionRule : RewriteRule
{
    private const int FirstOpset = 23;

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
            || GraphPattern.Producer(node.Input(0), "Transpose") is not { } join
            || GraphPattern.Producer(join.Input(0), "MatMul") is not { } mix
            || GraphPattern.Producer(mix.Input(0), "Softmax") is not { } softmax
        )
        {
            return RuleOutcome.Irrelevant;
        }

        if (!context.AllowsOnnxRuntime && context.Model.Opset < FirstOpset)
        {
            return RuleOutcome.Miss(
                node,
                $"Attention needs opset {FirstOpset} or the target ONNX Runtime, the model has opset {context.Model.Opset}"
            );
        }

        if (
            RewriteContext.RankOf(softmax.Outputs[0]) != 4
            || !GraphPattern.IsLastAxis(softmax.Attributes.GetInt("axis", -1), softmax.Outputs[0])
        )
        {
            return RuleOutcome.Miss(softmax, "it is not over the last of four axes");
        }

        if (MatchScores(softmax.Input(0)!) is not { } scores)
        {
            return RuleOutcome.Miss(softmax, "its input is not a scaled matrix product with at most one bias added");
        }

        HeadSplit? q = HeadSplit.Match(scores.Product.Input(0));
        HeadSplit? k = HeadSplit.Match(scores.Product.Input(1));
        HeadSplit? v = HeadSplit.Match(mix.Input(1));
        if (q is null || k is null || v is null)
        {
            return RuleOutcome.Miss(scores.Product, "query, key or value is not split into heads by Reshape and Transpose");
        }

        bool headsLead = q.Permutation is [2, 0, 1, 3];
        long[] keyPermutation = headsLead ? [2, 0, 3, 1] : [0, 2, 3, 1];
        long[] joinPermutation = headsLead ? [1, 2, 0, 3] : [0, 2, 1, 3];
        if (
            (!headsLead && q.Permutation is not [0, 2, 1, 3])
            || !k.Permutation.SequenceEqual(keyPermutation)
            || !v.Permutation.SequenceEqual(q.Permutation)
            || GraphPattern.PermutationOf(join)?.SequenceEqual(joinPermutation) != true
        )
        {
            return RuleOutcome.Miss(join, "the heads are not split and joined in one of the two known layouts");
        }

        if (
            q.Heads != k.Heads
            || q.Heads != v.Heads
            || q.HeadSize != k.HeadSize
            || !GraphPattern.HaveEqualShapes(node.Outputs[0], q.Source)
            || !GraphPattern.HaveEqualShapes(v.Source, q.Source)
        )
        {
            return RuleOutcome.Miss(node, "the heads of query, key, value and result do not agree");
        }

        return Fuse(node, context, q, k, v, scores, headsLead);
    }

    private static RuleOutcome Fuse(Node node, RewriteContext context, HeadSplit q, HeadSplit k, HeadSplit v, Scores scores, bool headsLead)
    {
        PatchBuilder patch = new();
        Operand? bias = null;
        if (scores.Bias is { } added)
        {
            if (added.TensorType?.Shape is not { Rank: 4 } shape || !FitsHeads(shape, q, headsLead))
            {
                return RuleOutcome.Miss(node, $"the bias '{added.Name}' is not known to be [1 or B, 1 or heads, 1 or T, T]");
            }

            bias =
                headsLead ? patch.Node("Transpose", [added], [("perm", new long[] { 1, 0, 2, 3 })])
                : shape[2].Is(1) ? Repeat(patch, added, q)
                : added;
        }

        Operand fused = context.AllowsOnnxRuntime
            ? patch.Node(
                "MultiHeadAttention",
                [q.Source, k.Source, v.Source, null, null, bias],
                [("num_heads", q.Heads), ("scale", (float)scores.Scale)],
                "com.microsoft"
            )
            : patch.Node(
                "Attention",
                [q.Source, k.Source, v.Source, bias],
                [("q_num_heads", q.Heads), ("kv_num_heads", q.Heads), ("scale", (float)scores.Scale)]
            );
        return patch.Replace(node.Outputs[0], fused).Build();
    }

    /// <summary>A mask with one row for all queries, [.., .., 1, T], with a row for each: ONNX Runtime's kernels repeat none.</summary>
    private static Operand Repeat(PatchBuilder patch, Value mask, HeadSplit q)
    {
        Operand length = patch.Node(
            "Gather",
            [patch.Node("Shape", [q.Source]), PatchBuilder.Constant("const.time_axis", TensorData.FromArray([1L], 1))],
            [("axis", 0L)]
        );
        Operand shape = patch.Node(
            "Concat",
            [
                PatchBuilder.Constant("const.mask_outer", TensorData.FromArray([1L, 1L], 2)),
                length,
                PatchBuilder.Constant("const.mask_inner", TensorData.FromArray([1L], 1)),
            ],
            [("axis", 0L)]
        );
        return patch.Node("Expand", [mask, shape]);
    }

    /// <summary>Whether a bias, seen as [batch, heads, T, T], is 1 or full in its first two axes and full in the last two; a mask has
    /// one row for all queries where heads lie behind the batch.</summary>
    private static bool FitsHeads(TensorShape bias, HeadSplit q, bool headsLead)
    {
        (Dim heads, Dim batch) = headsLead ? (bias[0], bias[1]) : (bias[1], bias[0]);
        TensorShape source = q.Source.TensorType!.Shape!;
        return (heads.Is(1) || heads.Is(q.Heads))
            && (batch.Is(1) || batch.Equals(source[0]))
            && (bias[2].Equals(source[1]) || (!headsLead && bias[2].Is(1)))
            && bias[3].Equals(source[1]);
    }

    private static Scores? MatchScores(Value value)
    {
        Value? bias = null;
        double scale = 1;
        if (GraphPattern.Producer(value, "Add") is { } sum && sum.Inputs is [{ } left, { } right])
        {
            (Value first, Value second) = IsScaledProduct(left) ? (left, right) : (right, left);
            (value, bias) = (first, second);
        }

        if (GraphPattern.Producer(value, "Div") is { } quotient && RewriteContext.TryGetScalar(quotient.Input(1), out double divisor))
        {
            (value, scale) = (quotient.Input(0)!, 1 / divisor);
        }
        else if (
            GraphPattern.Producer(value, "Mul") is { } scaled
            && GraphPattern.TryMatchEither(scaled, each => RewriteContext.TryGetScalar(each, out _), out Value? factor, out Value? rest)
        )
        {
            _ = RewriteContext.TryGetScalar(factor, out scale);
            value = rest;
        }

        return GraphPattern.Producer(value, "MatMul") is { } product ? new Scores(product, scale, bias) : null;
    }

    // A mask is often a product too: (1 - mask) * -10000.
    private static bool IsScaledProduct(Value value) =>
        GraphPattern.Producer(value, "MatMul") is not null
        || (
            value.Producer is { Domain: "", OpType: "Div" or "Mul" } scaled
            && scaled.Inputs.Any(input => GraphPattern.Producer(input, "MatMul") is not null)
        );

    private sealed record Scores(Node Product, double Scale, Value? Bias);

    /// <summary>A projection [B,T,D] whose last axis is split into heads and whose axes are then permuted.</summary>
    private sealed record HeadSplit(Value Source, long Heads, long HeadSize, long[] Permutation)
    {
        public static HeadSplit? Match(Value? value)
        {
            if (
                GraphPattern.Producer(value, "Transpose") is not { } transpose
                || GraphPattern.PermutationOf(transpose) is not { Length: 4 } permutation
                || GraphPattern.Producer(transpose.Input(0), "Reshape") is not { } split
                || split.Outputs[0].TensorType?.Shape is not { Rank: 4 } shape
                || split.Input(0) is not { TensorType: { ElementType: ElementType.Float, Shape: { Rank: 3 } source } } projection
            )
            {
                return null;
            }

            return
                shape[2].TryGetConstant(out long heads)
                && shape[3].TryGetConstant(out long size)
                && source[2].Is(heads * size)
                && shape[0].Equals(source[0])
                && shape[1].Equals(source[1])
                ? new HeadSplit(projection, heads, size, permutation)
                : null;
        }
    }
}
