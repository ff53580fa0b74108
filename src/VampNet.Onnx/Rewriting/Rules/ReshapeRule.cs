using System.Collections.Immutable;

namespace VampNet.Onnx.Rewriting.Rules;

/// <summary>
/// Gives every change of shape its simplest form:
/// 1. a Reshape whose target is computed in the graph takes a constant instead, when each length of its result is a number,
///    the input's length at the same place (written 0), or the only one that is neither (written -1);
/// 2. a Reshape of a Reshape, Squeeze, Unsqueeze or Flatten reads what those read;
/// 3. a Transpose that moves axes of length 1 alone is a Reshape.
/// </summary>
internal sealed class ReshapeRule : RewriteRule
{
    private static readonly ImmutableArray<string> ShapeOperators = ["Reshape", "Squeeze", "Unsqueeze", "Flatten"];

    /// <inheritdoc/>
    public override NumericalEffect Effect => NumericalEffect.Exact;

    /// <inheritdoc/>
    public override ImmutableArray<string> Anchors => ["Transpose", .. ShapeOperators];

    /// <inheritdoc/>
    public override RuleOutcome Apply(Node node, RewriteContext context)
    {
        ArgumentNullException.ThrowIfNull(node);
        bool movesUnits = MovesUnitAxesAlone(node);
        if (node.Domain.Length > 0 || !(movesUnits || ShapeOperators.Contains(node.OpType)) || node.Input(0) is not { } input)
        {
            return RuleOutcome.Irrelevant;
        }

        Value source =
            input.Producer is { Domain: "" } before && ShapeOperators.Contains(before.OpType) && before.Input(0) is { } first
                ? first
                : input;
        bool isComputed = node.Is("Reshape") && RewriteContext.ConstantOf(node.Input(1)) is null;
        if (source == input && !isComputed && !movesUnits)
        {
            return RuleOutcome.Irrelevant;
        }

        if (node.Outputs[0].TensorType?.Shape is not { } shape)
        {
            return RuleOutcome.Miss(node, "the shape of its result is not inferred");
        }

        if (Target(shape, source.TensorType?.Shape) is not { } target)
        {
            return RuleOutcome.Miss(
                node,
                $"its result {shape} has more than one length that is neither a number nor the input's in the same place"
            );
        }

        PatchBuilder patch = new();
        return patch
            .Replace(
                node.Outputs[0],
                patch.Node(
                    "Reshape",
                    [source, PatchBuilder.Constant($"{node.Outputs[0].Name}.shape", TensorData.FromArray(target, target.Length))]
                )
            )
            .Build();
    }

    private static bool MovesUnitAxesAlone(Node node)
    {
        if (!node.Is("Transpose") || node.Input(0)?.TensorType?.Shape is not { } shape || GraphPattern.PermutationOf(node) is not { } perm)
        {
            return false;
        }

        var moved = perm.Where(axis => !shape[(int)axis].Is(1)).ToList();
        return moved.Count < perm.Length && moved.SequenceEqual(moved.Order());
    }

    /// <summary>The constant that stands for a shape, read against the input's; null when there is none.</summary>
    internal static long[]? Target(TensorShape shape, TensorShape? input)
    {
        long[] target = new long[shape.Rank];
        int open = 0;
        for (int axis = 0; axis < target.Length; axis++)
        {
            if (shape[axis].TryGetConstant(out long length))
            {
                if (length == 0)
                {
                    return null;
                }

                target[axis] = length;
            }
            else if (input is not null && axis < input.Rank && !shape[axis].HasUnknown && input[axis].Equals(shape[axis]))
            {
                target[axis] = 0;
            }
            else
            {
                target[axis] = -1;
                open++;
            }
        }

        return open <= 1 ? target : null;
    }
}
