namespace VampNet.Onnx.Rewriting;

/// <summary>A part of a value along its last axis, cut by Slice or Split.</summary>
/// <param name="Source">Value that the piece is cut from.</param>
/// <param name="Start">The first element.</param>
/// <param name="Length">Number of elements for a step of 1; for larger steps, number of elements that remain.</param>
/// <param name="Step">Distance between elements.</param>
internal sealed record LastAxisPiece(Value Source, long Start, long Length, long Step)
{
    /// <summary>Matches a piece; null for anything else, and where a bound is not known.</summary>
    public static LastAxisPiece? Match(Value? value, RewriteContext context) =>
        value?.Producer is not { Domain: "" } node
        || node.Input(0) is not { TensorType.Shape: { Rank: > 0 } shape } source
        || !shape[^1].TryGetConstant(out long length)
            ? null
        : node.Is("Slice") ? MatchSlice(node, source, length, context)
        : node.Is("Split") && GraphPattern.IsLastAxis(node.Attributes.GetInt("axis", 0), source) ? MatchPart(value, node, source)
        : null;

    private static LastAxisPiece? MatchSlice(Node node, Value source, long length, RewriteContext context)
    {
        if (
            Ints(node, 1, "starts", context) is not [var start]
            || Ints(node, 2, "ends", context) is not [var end]
            || (Ints(node, 3, "axes", context) ?? [0]) is not [var axis]
            || !GraphPattern.IsLastAxis(axis, source)
            || (node.Input(4) is null ? [1] : Ints(node, 4, "steps", context)) is not [var step and > 0]
        )
        {
            return null;
        }

        start = Math.Clamp(start < 0 ? start + length : start, 0, length);
        end = Math.Clamp(end < 0 ? end + length : end, 0, length);
        return end > start ? new LastAxisPiece(source, start, (end - start + step - 1) / step, step) : null;
    }

    private static LastAxisPiece? MatchPart(Value value, Node node, Value source)
    {
        long start = 0;
        foreach (Value part in node.Outputs)
        {
            if (part.TensorType?.Shape is not { Rank: > 0 } shape || !shape[^1].TryGetConstant(out long length))
            {
                return null;
            }

            if (part == value)
            {
                return new LastAxisPiece(source, start, length, 1);
            }

            start += length;
        }

        return null;
    }

    private static long[]? Ints(Node node, int input, string attribute, RewriteContext context) =>
        node.Attributes.GetInts(attribute) is { } given ? [.. given]
        : context.TryGetInt64s(node.Input(input), out long[]? numbers) ? numbers
        : null;
}
