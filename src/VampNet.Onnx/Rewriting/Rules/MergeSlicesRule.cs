using System.Collections.Immutable;

namespace VampNet.Onnx.Rewriting.Rules;

/// <summary>Slices of one value that lie side by side and cover an axis become one Split, as the two halves of a gated unit do.</summary>
internal sealed class MergeSlicesRule : RewriteRule
{
    private const int FirstOpset = 13;

    /// <inheritdoc/>
    public override NumericalEffect Effect => NumericalEffect.Exact;

    /// <inheritdoc/>
    public override ImmutableArray<string> Anchors => ["Slice"];

    /// <inheritdoc/>
    public override RuleOutcome Apply(Node node, RewriteContext context)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(context);
        if (context.Model.Opset < FirstOpset || Describe(node, context) is not { } first || first.Start != 0)
        {
            return RuleOutcome.Irrelevant;
        }

        Value source = node.Input(0)!;
        var slices = source
            .Uses.Where(use => use.InputIndex == 0 && use.Node.Graph == node.Graph)
            .Select(use => Describe(use.Node, context))
            .OfType<Piece>()
            .Where(piece => piece.Axis == first.Axis)
            .OrderBy(piece => piece.Start)
            .ToList();
        if (
            slices.Count < 2
            || !source.TensorType!.Shape![first.Axis].Is(slices[^1].End)
            || slices.Zip(slices.Skip(1)).Any(pair => pair.First.End != pair.Second.Start)
        )
        {
            return RuleOutcome.Miss(node, $"the slices of '{source.Name}' do not cover its axis {first.Axis} side by side");
        }

        if (slices.Any(piece => piece.Node.Precedes(node)))
        {
            return RuleOutcome.Miss(node, "it is not the first of the slices");
        }

        PatchBuilder patch = new();
        long[] lengths = [.. slices.Select(piece => piece.End - piece.Start)];
        Operand sizes = PatchBuilder.Constant($"{source.Name}.split", TensorData.FromArray(lengths, lengths.Length));
        Operand[] parts = patch.Nodes("Split", [source, sizes], slices.Count, [("axis", first.Axis)]);
        for (int i = 0; i < parts.Length; i++)
        {
            patch.Replace(slices[i].Node.Outputs[0], parts[i]);
        }

        return patch.Build();
    }

    /// <summary>A slice along one axis with step 1 and bounds within it.</summary>
    private static Piece? Describe(Node node, RewriteContext context)
    {
        if (
            !node.Is("Slice")
            || node.Input(0)?.TensorType?.Shape is not { } shape
            || !context.TryGetInt64s(node.Input(1), out long[]? starts)
            || !context.TryGetInt64s(node.Input(2), out long[]? ends)
            || !context.TryGetInt64s(node.Input(3), out long[]? axes)
            || starts is not [var start]
            || ends is not [var end]
            || axes is not [var axis]
            || (node.Input(4) is not null && !(context.TryGetInt64s(node.Input(4), out long[]? steps) && steps is [1]))
        )
        {
            return null;
        }

        axis += axis < 0 ? shape.Rank : 0;
        if (axis < 0 || axis >= shape.Rank || !shape[(int)axis].TryGetConstant(out long length) || start < 0 || end <= start)
        {
            return null;
        }

        return new Piece(node, (int)axis, start, Math.Min(end, length));
    }

    private sealed record Piece(Node Node, int Axis, long Start, long End);
}
