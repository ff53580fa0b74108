namespace VampNet.Onnx.Rewriting;

/// <summary>
/// Queries, keys or values of attention, as heads: split from [B,T,D] by Reshape and Transpose, or of four axes already. Factors and
/// casts between float16 and float32 on the way are taken off.
/// </summary>
/// <param name="Projection">Value [B,T,D] that the heads are split from; null where they are not split from one.</param>
/// <param name="Split">The heads before they are moved, [B,T,heads,H]; null with it.</param>
/// <param name="Value">Heads of four axes: [B,heads,T,H], or [B,heads,H,T] where <paramref name="IsTurned"/>.</param>
/// <param name="HeadsLead">Whether the axis of heads lies before the batch.</param>
/// <param name="IsTurned">Whether the last two axes change places.</param>
/// <param name="Scale">Factor of the heads.</param>
internal sealed record AttentionHeads(Value? Projection, Value? Split, Value Value, bool HeadsLead, bool IsTurned, double Scale)
{
    private const int MaxDepth = 8;

    /// <summary>B, the number of heads, T and H.</summary>
    public required (Dim Batch, long Heads, Dim Time, long Size) Lengths { get; init; }

    /// <summary>Input of the operator.</summary>
    public ElementType ElementType => (Projection ?? Value).TensorType!.ElementType;

    /// <summary>Matches one operand of attention; null for anything else.</summary>
    /// <param name="operand">Operand of a product.</param>
    /// <param name="isKey">Whether the last two axes change places before the product.</param>
    public static AttentionHeads? Match(Value? operand, bool isKey)
    {
        if (operand is null)
        {
            return null;
        }

        (Value value, double scale, bool isTurned) = (operand, 1, isKey);
        for (int depth = 0; depth < MaxDepth; depth++)
        {
            if (AttentionScores.SkipCast(value) is var wide && wide != value)
            {
                value = wide;
            }
            else if (AttentionScores.Scaled(value) is var (rest, factor) && GraphPattern.HaveEqualShapes(rest, value))
            {
                (value, scale) = (rest, scale * factor);
            }
            else if (
                isTurned
                && GraphPattern.Producer(value, "Transpose") is { } turn
                && GraphPattern.PermutationOf(turn) is [0, 1, 3, 2]
                && turn.Input(0) is { } straight
            )
            {
                (value, isTurned) = (straight, false);
            }
            else
            {
                break;
            }
        }

        return MatchSplit(value, isTurned, scale) ?? MatchFour(value, isTurned, scale);
    }

    private static AttentionHeads? MatchSplit(Value value, bool isTurned, double scale)
    {
        if (
            GraphPattern.Producer(value, "Transpose") is not { } transpose
            || GraphPattern.PermutationOf(transpose) is not { Length: 4 } permutation
            || GraphPattern.Producer(transpose.Input(0), "Reshape") is not { } split
            || split.Outputs[0].TensorType?.Shape is not { Rank: 4 } shape
            || split.Input(0)
                is not { TensorType: { ElementType: ElementType.Float or ElementType.Float16, Shape: { Rank: 3 } source } } projection
        )
        {
            return null;
        }

        bool headsLead = permutation.SequenceEqual(isTurned ? [2L, 0, 3, 1] : [2, 0, 1, 3]);
        return
            (headsLead || permutation.SequenceEqual(isTurned ? [0L, 2, 3, 1] : [0, 2, 1, 3]))
            && shape[2].TryGetConstant(out long heads)
            && shape[3].TryGetConstant(out long size)
            && source[2].Is(heads * size)
            && shape[0].Equals(source[0])
            && shape[1].Equals(source[1])
            ? new AttentionHeads(projection, split.Outputs[0], value, headsLead, isTurned, scale)
            {
                Lengths = (shape[0], heads, shape[1], size),
            }
            : null;
    }

    private static AttentionHeads? MatchFour(Value value, bool isTurned, double scale) =>
        value.TensorType is { ElementType: ElementType.Float or ElementType.Float16, Shape: { Rank: 4 } shape }
        && shape[1].TryGetConstant(out long heads)
        && shape[isTurned ? 2 : 3].TryGetConstant(out long size)
            ? new AttentionHeads(null, null, value, false, isTurned, scale) { Lengths = (shape[0], heads, shape[isTurned ? 3 : 2], size) }
            : null;

    /// <summary>[B,T,D], whatever the number of axes.</summary>
    public Operand Joined(PatchBuilder patch)
    {
        if (Projection is { } projection)
        {
            return projection;
        }

        Operand moved = patch.Node("Transpose", [Value], [("perm", IsTurned ? new long[] { 0, 3, 1, 2 } : [0, 2, 1, 3])]);
        long[] shape = [0, 0, Lengths.Heads * Lengths.Size];
        return patch.Node("Reshape", [moved, PatchBuilder.Constant("const.joined_shape", TensorData.FromArray(shape, 3))]);
    }

    /// <summary>[B,heads,T,H].</summary>
    public Operand Apart(PatchBuilder patch) =>
        !IsTurned ? Value
        : Split is { } split ? patch.Node("Transpose", [split], [("perm", new long[] { 0, 2, 1, 3 })])
        : patch.Node("Transpose", [Value], [("perm", new long[] { 0, 1, 3, 2 })]);

    /// <summary>T, as a vector of one element.</summary>
    public Operand Time(PatchBuilder patch)
    {
        (Value asked, long axis) =
            Projection is { } projection ? (projection, 1L)
            : IsTurned ? (Value, 3)
            : (Value, 2);
        return patch.Node(
            "Gather",
            [patch.Node("Shape", [asked]), PatchBuilder.Constant("const.time_axis", TensorData.FromArray([axis], 1))],
            [("axis", 0L)]
        );
    }
}
