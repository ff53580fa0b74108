using System.Collections.Immutable;

namespace VampNet.Onnx.Rewriting.Rules;

/// <summary>
/// Rotary position embedding of heads [B,heads,T,H] or [B,T,heads,H], as <see cref="RotaryPattern"/> finds it, over the whole last axis or
/// its first elements. Becomes RotaryEmbedding, of ONNX Runtime or of opset 23. Heads that are split off and moved forward are rotated
/// before that, so that attention still finds the split. Each row of cosines and sines is named by its place, so that nothing is assumed
/// of the positions.
/// </summary>
/// <remarks>Source: Su et al., RoFormer, arXiv:2104.09864.</remarks>
internal sealed class FuseRotaryEmbeddingRule : RewriteRule
{
    private const int FirstOpset = 23;

    /// <inheritdoc/>
    public override NumericalEffect Effect => NumericalEffect.Reordered;

    /// <inheritdoc/>
    public override ImmutableArray<string> Anchors => ["Add", "Concat"];

    /// <inheritdoc/>
    public override RuleOutcome Apply(Node node, RewriteContext context)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(context);
        (RotaryPattern pattern, Value whole, long rotated) = (null!, null!, 0);
        if (RotaryPattern.MatchPartial(node, context) is { } partial)
        {
            (pattern, whole, rotated) = partial;
        }
        else if (RotaryPattern.Match(node.Outputs[0], context) is { } found)
        {
            (pattern, whole) = (found, found.X);
        }
        else
        {
            return RuleOutcome.Irrelevant;
        }

        // What is put behind the rotated elements belongs to it: the Concat is looked at later.
        if (node.Outputs[0].Uses is [{ Node: var reader }] && RotaryPattern.MatchPartial(reader, context) is not null)
        {
            return RuleOutcome.Irrelevant;
        }

        if (!context.AllowsOnnxRuntime && context.Model.Opset < FirstOpset)
        {
            return RuleOutcome.Miss(
                node,
                $"RotaryEmbedding needs opset {FirstOpset} or the target ONNX Runtime, the model has opset {context.Model.Opset}"
            );
        }

        if (
            whole.TensorType is not { ElementType: ElementType.Float or ElementType.Float16, Shape: { Rank: 4 } shape }
            || !shape[3].TryGetConstant(out long size)
        )
        {
            return RuleOutcome.Miss(node, $"'{whole.Name}' is not float of four axes, the last of known length");
        }

        long width = rotated == 0 ? size : rotated;
        long tableWidth = pattern.HasDistinctTables ? width / 2 : width;
        int time = TimeAxis(shape, pattern.Cos, tableWidth);
        if (time < 0 || TimeAxis(shape, pattern.Sin, tableWidth) != time || !HaveSameBatch(pattern))
        {
            return RuleOutcome.Miss(node, $"cos '{pattern.Cos.Name}' and sin are not known to be [1 or B, 1, T, H] or [1 or B, T, 1, H]");
        }

        if (!shape[3 - time].TryGetConstant(out long heads))
        {
            return RuleOutcome.Miss(node, $"the number of heads of '{whole.Name}' is not known");
        }

        PatchBuilder patch = new();
        RotationTable table = new(patch, context, pattern.IsInterleaved);
        Operand? cos = pattern.HasDistinctTables ? pattern.Cos : table.Distinct(pattern.Cos);
        Operand? sin = pattern.HasDistinctTables ? pattern.Sin : table.Distinct(pattern.Sin);
        if (cos is null || sin is null)
        {
            return RuleOutcome.Miss(node, $"cos '{pattern.Cos.Name}' and sin are not known to have each number twice");
        }

        Rotation rotation = new(patch, context, whole, time, heads, size);
        List<Attribute> attributes = [("interleaved", pattern.IsInterleaved ? 1L : 0L), ("num_heads", heads)];
        if (rotated > 0)
        {
            attributes.Add(("rotary_embedding_dim", rotated));
        }

        bool perBatch = pattern.Cos.TensorType!.Shape! is { Rank: 4 } tableShape && !tableShape[0].Is(1);
        return rotation.Fuse(node.Outputs[0], cos, sin, width / 2, perBatch, [.. attributes]);
    }

    /// <summary>The axis of time, 1 or 2, of what a table multiplies: the one along which it is full; -1 when it does not fit.</summary>
    private static int TimeAxis(TensorShape shape, Value table, long width)
    {
        if (table.TensorType?.Shape is not { Rank: >= 2 and <= 4 } own || !own[^1].Is(width))
        {
            return -1;
        }

        Dim[] dims = [.. Enumerable.Repeat(Dim.One, 4 - own.Rank), .. own];
        if (!dims[0].Is(1) && !dims[0].Equals(shape[0]))
        {
            return -1;
        }

        return dims[1].Is(1) && dims[2].Equals(shape[2]) ? 2
            : dims[2].Is(1) && dims[1].Equals(shape[1]) ? 1
            : -1;
    }

    private static bool HaveSameBatch(RotaryPattern pattern)
    {
        (TensorShape cos, TensorShape sin) = (pattern.Cos.TensorType!.Shape!, pattern.Sin.TensorType!.Shape!);
        return (cos.Rank < 4 ? Dim.One : cos[0]).Equals(sin.Rank < 4 ? Dim.One : sin[0]);
    }

    /// <summary>The new operator and what it reads.</summary>
    private sealed record Rotation(PatchBuilder Patch, RewriteContext Context, Value Whole, int Time, long Heads, long Size)
    {
        public RuleOutcome Fuse(Value old, Operand cos, Operand sin, long distinct, bool perBatch, Attribute[] attributes)
        {
            Operand rowsOfCos = Reshape(cos, [-1, distinct]);
            Operand rowsOfSin = Reshape(sin, [-1, distinct]);
            Node? moved =
                Time == 2
                && GraphPattern.Producer(Whole, "Transpose") is { } transpose
                && GraphPattern.PermutationOf(transpose) is [0, 2, 1, 3]
                    ? transpose
                    : null;
            Operand x =
                moved is not null ? Reshape(moved.Input(0)!, [0, 0, Heads * Size])
                : Time == 1 ? Reshape(Whole, [0, 0, Heads * Size])
                : Whole;
            Operand places = Places(perBatch);
            Operand fused = Context.AllowsOnnxRuntime
                ? Patch.Node("RotaryEmbedding", [x, places, rowsOfCos, rowsOfSin], attributes, "com.microsoft")
                : Patch.Node("RotaryEmbedding", [x, rowsOfCos, rowsOfSin, places], attributes);
            if (moved is not null || Time == 1)
            {
                fused = Reshape(fused, [0, 0, Heads, Size]);
            }

            if (moved is not null)
            {
                fused = Patch.Node("Transpose", [fused], [("perm", new long[] { 0, 2, 1, 3 })]);
            }

            return Patch.Replace(old, fused).Build();
        }

        /// <summary>Row of the table for each token: one after the other, for each of a batch anew where it shares them. ONNX Runtime
        /// counts from a single first row.</summary>
        private Operand Places(bool perBatch)
        {
            if (!perBatch && Context.AllowsOnnxRuntime)
            {
                return PatchBuilder.Constant("const.first_row", TensorData.FromArray([0L], 1));
            }

            Operand lengths = Patch.Node("Shape", [Whole]);
            Operand batch = Length(lengths, 0);
            Operand time = Length(lengths, Time);
            Operand shape = Patch.Node("Concat", [batch, time], [("axis", 0L)]);
            Operand count = perBatch ? Patch.Node("Mul", [batch, time]) : time;
            Operand scalar = Patch.Node("Reshape", [count, PatchBuilder.Constant("const.scalar_shape", TensorData.FromArray<long>([], 0))]);
            Operand rows = Patch.Node(
                "Range",
                [
                    PatchBuilder.Constant("const.row_start", TensorData.Scalar(0L)),
                    scalar,
                    PatchBuilder.Constant("const.row_step", TensorData.Scalar(1L)),
                ]
            );
            return Patch.Node(perBatch ? "Reshape" : "Expand", [rows, shape]);
        }

        private Operand Length(Operand lengths, long axis) =>
            Patch.Node("Gather", [lengths, PatchBuilder.Constant($"const.axis_{axis}", TensorData.FromArray([axis], 1))], [("axis", 0L)]);

        private Operand Reshape(Operand value, long[] shape) =>
            Patch.Node("Reshape", [value, PatchBuilder.Constant("const.heads_shape", TensorData.FromArray(shape, shape.Length))]);
    }
}
