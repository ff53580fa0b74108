using System.Collections.Immutable;

namespace VampNet.Onnx.Rewriting.Rules;

/// <summary>
/// Multi-head attention, <c>softmax(q k^T scale + bias) v</c>, to joined heads [B,T,D]. The heads are split from three projections
/// [B,T,D] by Reshape and Transpose, or computed in any way as [B,heads,T,H]: repeated for groups of queries, or joined with those of the
/// past. Two layouts occur: heads behind the batch (permutation 0,2,1,3), and heads before it (2,0,1,3), for which the bias changes its
/// first two axes. Masks that Where applies become a bias. Becomes MultiHeadAttention for ONNX Runtime, or Attention from opset 23 on.
/// Graphs of float16 compute it in float32, as ONNX Runtime's kernels for processors do.
/// </summary>
internal sealed class FuseAttentionRule : RewriteRule
{
    private const int FirstOpset = 23;
    private const int FirstOpsetOfAxesInput = 18;
    private const int FirstOpsetOfSqueezeInput = 13;
    private const int MostSteps = 6;
    private const long MostElements = 1 << 22;

    /// <inheritdoc/>
    public override NumericalEffect Effect => NumericalEffect.Reordered;

    /// <inheritdoc/>
    public override ImmutableArray<string> Anchors => ["Transpose"];

    /// <inheritdoc/>
    public override RuleOutcome Apply(Node node, RewriteContext context)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(context);
        if (
            !node.Is("Transpose")
            || node.Input(0) is not { } mixed
            || GraphPattern.Producer(AttentionScores.SkipCast(mixed), "MatMul") is not { } mix
            || mix.Input(0) is not { } weights
        )
        {
            return RuleOutcome.Irrelevant;
        }

        Value guarded = AttentionScores.SkipCast(weights);
        Value unguarded = AttentionScores.SkipCast(AttentionScores.SkipNaNGuard(guarded));
        if (GraphPattern.Producer(unguarded, "Softmax") is not { } softmax)
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

        if (RewriteContext.RankOf(softmax.Outputs[0]) != 4 || !AttentionScores.IsOverLastAxis(softmax, context.Model.Opset))
        {
            return RuleOutcome.Miss(softmax, "it is not over the last of four axes");
        }

        if (AttentionScores.Match(softmax.Input(0)!) is not { } scores)
        {
            return RuleOutcome.Miss(softmax, "its input is not a scaled matrix product under biases and masks");
        }

        AttentionHeads? q = AttentionHeads.Match(scores.Product.Input(0), false);
        AttentionHeads? k = AttentionHeads.Match(scores.Product.Input(1), true);
        AttentionHeads? v = AttentionHeads.Match(mix.Input(1), false);
        if (q is null || k is null || v is null || v.Scale != 1)
        {
            return RuleOutcome.Miss(scores.Product, "query, key or value does not have a known number of heads of known size");
        }

        long[] joinPermutation = q.HeadsLead ? [1, 2, 0, 3] : [0, 2, 1, 3];
        if (
            q.HeadsLead != k.HeadsLead
            || q.HeadsLead != v.HeadsLead
            || GraphPattern.PermutationOf(node)?.SequenceEqual(joinPermutation) != true
        )
        {
            return RuleOutcome.Miss(node, "the heads are not split and joined in one of the two known layouts");
        }

        if (
            !q.Lengths.Batch.Equals(k.Lengths.Batch)
            || !q.Lengths.Batch.Equals(v.Lengths.Batch)
            || q.Lengths.Heads != k.Lengths.Heads
            || q.Lengths.Heads != v.Lengths.Heads
            || q.Lengths.Size != k.Lengths.Size
            || q.Lengths.Size != v.Lengths.Size
            || !v.Lengths.Time.Equals(k.Lengths.Time)
        )
        {
            return RuleOutcome.Miss(node, "the heads of query, key and value do not agree");
        }

        return Fuse(node, context, q, k, v, scores with { HidesRows = unguarded != guarded, Masked = softmax.Input(0)! });
    }

    private static RuleOutcome Fuse(
        Node node,
        RewriteContext context,
        AttentionHeads q,
        AttentionHeads k,
        AttentionHeads v,
        AttentionScores scores
    )
    {
        PatchBuilder patch = new();
        Operand? bias = null;
        if (!scores.Masks.IsEmpty)
        {
            if (scores.Masks.FirstOrDefault(mask => !Fits(mask.Added ?? mask.Condition!, q, k, scores.Masked)) is { } unfit)
            {
                Value mask = unfit.Added ?? unfit.Condition!;
                return RuleOutcome.Miss(node, $"the bias or mask '{mask.Name}' is not known to be [1 or B, 1 or heads, 1 or T, 1 or T]");
            }

            if (q.HeadsLead && scores.Masks is not [{ Added.TensorType.Shape.Rank: 4 }])
            {
                return RuleOutcome.Miss(node, "heads before the batch have more over them than one bias of four axes");
            }

            if (scores.Masks.Length > 1 && scores.Masks.FirstOrDefault(mask => !mask.Vanishes) is { } weak)
            {
                return RuleOutcome.Miss(node, $"scores still count beside {weak.Fill}, where several masks hide all of a row");
            }

            if (scores.HidesRows && (q.HeadsLead || scores.Masks.Any(mask => !HasOneHead(mask.Added ?? mask.Condition!))))
            {
                return RuleOutcome.Miss(node, "a NaN is taken out of rows without a key, and the masks are not the same for all heads");
            }

            bias = Bias(patch, scores, q, k);
            if (!context.AllowsOnnxRuntime && scores.Masks.Any(mask => mask.Added is { } added && HoldsLeast(added, MostSteps)))
            {
                bias = patch.Node("Max", [bias, PatchBuilder.Constant("const.hidden", TensorData.Scalar(ScoreMask.Hidden))]);
            }
        }

        Operand? isShown = null;
        if (scores.HidesRows && bias is not null)
        {
            // Rows without a key: softmax of minus infinity alone is NaN, which the graph replaces by 0.
            isShown = IsShown(patch, bias, context.Model.Opset);
            bias = patch.Node("Max", [bias, PatchBuilder.Constant("const.hidden", TensorData.Scalar(ScoreMask.Hidden))]);
        }

        double scale = scores.Scale * q.Scale * k.Scale;
        bool areSplit = k.Projection is not null && v.Projection is not null;
        Operand[] inputs =
        [
            Widened(patch, q.Joined(patch), q.ElementType),
            Widened(patch, areSplit || !context.AllowsOnnxRuntime ? k.Joined(patch) : k.Apart(patch), k.ElementType),
            Widened(patch, areSplit || !context.AllowsOnnxRuntime ? v.Joined(patch) : v.Apart(patch), v.ElementType),
        ];
        Operand fused = context.AllowsOnnxRuntime
            ? patch.Node(
                "MultiHeadAttention",
                [.. inputs, null, null, bias],
                [("num_heads", q.Lengths.Heads), ("scale", (float)scale)],
                "com.microsoft"
            )
            : patch.Node(
                "Attention",
                [.. inputs, bias],
                [("q_num_heads", q.Lengths.Heads), ("kv_num_heads", q.Lengths.Heads), ("scale", (float)scale)]
            );
        if (isShown is not null)
        {
            Operand zero = PatchBuilder.Constant("const.kept", TensorData.Scalar(0f));
            fused = patch.Node("Where", [isShown, fused, zero]);
        }

        ElementType result = node.Outputs[0].TensorType!.ElementType;
        fused = result == ElementType.Float ? fused : patch.Node("Cast", [fused], [("to", (long)result)]);
        long[] apart = [0, 0, q.Lengths.Heads, q.Lengths.Size];
        return patch
            .Replace(
                node.Outputs[0],
                patch.Node("Reshape", [fused, PatchBuilder.Constant("const.heads_shape", TensorData.FromArray(apart, apart.Length))])
            )
            .Build();
    }

    /// <summary>Whether a query has a key, [1 or B, T, 1], from a bias [1 or B, 1, T, S].</summary>
    private static Operand IsShown(PatchBuilder patch, Operand bias, int opset)
    {
        Operand last = PatchBuilder.Constant("const.last_axis", TensorData.FromArray([-1L], 1));
        Operand largest =
            opset < FirstOpsetOfAxesInput
                ? patch.Node("ReduceMax", [bias], [("axes", new long[] { -1 })])
                : patch.Node("ReduceMax", [bias, last]);
        Operand lowest = PatchBuilder.Constant("const.lowest", TensorData.Scalar(float.NegativeInfinity));
        Operand shown = patch.Node("Greater", [largest, lowest]);
        Operand headAxis = PatchBuilder.Constant("const.head_axis", TensorData.FromArray([1L], 1));
        return opset < FirstOpsetOfSqueezeInput
            ? patch.Node("Squeeze", [shown], [("axes", new long[] { 1 })])
            : patch.Node("Squeeze", [shown, headAxis]);
    }

    private static bool HasOneHead(Value mask) =>
        mask.TensorType?.Shape is { } shape && (shape.Rank < 4 ? shape.Rank < 3 || shape[0].Is(1) : shape[1].Is(1));

    /// <summary>The masks as one bias of four axes, full in the last two: ONNX Runtime's kernels repeat none.</summary>
    private static Operand Bias(PatchBuilder patch, AttentionScores scores, AttentionHeads q, AttentionHeads k)
    {
        Operand? bias = null;
        foreach (ScoreMask mask in scores.Masks)
        {
            if (mask.Added is { } added)
            {
                Operand wide = Widened(patch, added, added.TensorType!.ElementType);
                bias = bias is null ? wide : patch.Node("Add", [bias, wide]);
                continue;
            }

            Operand kept = bias ?? PatchBuilder.Constant("const.kept", TensorData.Scalar(0f));
            Operand hidden = PatchBuilder.Constant("const.hidden", TensorData.Scalar(mask.Bias));
            bias = patch.Node("Where", mask.KeepsTrue ? [mask.Condition!, kept, hidden] : [mask.Condition!, hidden, kept]);
        }

        if (q.HeadsLead)
        {
            return patch.Node("Transpose", [bias!], [("perm", new long[] { 1, 0, 2, 3 })]);
        }

        List<TensorShape> shapes = [.. scores.Masks.Select(mask => (mask.Added ?? mask.Condition!).TensorType!.Shape!)];
        bool isFour = shapes.Exists(shape => shape.Rank == 4);
        bool isWide = shapes.Exists(shape => shape.Rank > 0 && shape[^1].Equals(k.Lengths.Time));
        if (isFour && isWide && shapes.Exists(shape => shape.Rank > 1 && shape[^2].Equals(q.Lengths.Time)))
        {
            return bias!;
        }

        Operand full = patch.Node(
            "Concat",
            [
                PatchBuilder.Constant("const.mask_outer", TensorData.FromArray([1L, 1L], 2)),
                q.Time(patch),
                isWide ? PatchBuilder.Constant("const.mask_inner", TensorData.FromArray([1L], 1)) : k.Time(patch),
            ],
            [("axis", 0L)]
        );
        return patch.Node("Expand", [bias!, full]);
    }

    /// <summary>Whether a mask is made with float's least number. Where all keys of a row have it, ONNX Runtime's Attention gives 0, but
    /// softmax the mean.</summary>
    private static bool HoldsLeast(Value value, int steps)
    {
        if (RewriteContext.ConstantOf(value) is { } constant)
        {
            return constant is { ElementType: ElementType.Float, ElementCount: <= MostElements }
                && constant.ToSingles().Contains(float.MinValue);
        }

        return steps > 0
            && value.Producer is { } node
            && value.TensorType?.ElementType == ElementType.Float
            && node.Inputs.Any(input => input is not null && HoldsLeast(input, steps - 1));
    }

    private static Operand Widened(PatchBuilder patch, Operand value, ElementType type) =>
        type == ElementType.Float ? value : patch.Node("Cast", [value], [("to", (long)ElementType.Float)]);

    /// <summary>Whether a mask, seen as [batch, heads, T, S], is 1 or full in each axis. Where the masked scores have the lengths of the
    /// scores, it is: nothing else broadcasts to them.</summary>
    private static bool Fits(Value mask, AttentionHeads q, AttentionHeads k, Value masked)
    {
        if (
            mask.TensorType is not { Shape: { Rank: <= 4 } own } type
            || type.ElementType is not (ElementType.Float or ElementType.Float16 or ElementType.Bool)
        )
        {
            return false;
        }

        Dim[] dims = [.. Enumerable.Repeat(Dim.One, 4 - own.Rank), .. own];
        if (q.HeadsLead)
        {
            return (dims[0].Is(1) || dims[0].Is(q.Lengths.Heads))
                && (dims[1].Is(1) || dims[1].Equals(q.Lengths.Batch))
                && dims[2].Equals(q.Lengths.Time)
                && dims[3].Equals(k.Lengths.Time);
        }

        Dim[] scores = [q.Lengths.Batch, q.Lengths.Heads, q.Lengths.Time, k.Lengths.Time];
        TensorShape? all = masked.TensorType?.Shape;
        return Enumerable
            .Range(0, dims.Length)
            .All(axis => dims[axis].Is(1) || dims[axis].Equals(scores[axis]) || (all is { Rank: 4 } && all[axis].Equals(scores[axis])));
    }
}
