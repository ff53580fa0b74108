using System.Collections.Immutable;

namespace VampNet.Onnx.Rewriting.Rules;

/// <summary>
/// A Reshape that splits one axis between two Transposes moves before the first, so that the two become one:
/// <c>split_i(transpose_p(x)) = transpose_q(split_p[i](x))</c>.
/// </summary>
internal sealed class SplitBeforeTransposeRule : RewriteRule
{
    /// <inheritdoc/>
    public override NumericalEffect Effect => NumericalEffect.Exact;

    /// <inheritdoc/>
    public override ImmutableArray<string> Anchors => ["Reshape"];

    /// <inheritdoc/>
    public override RuleOutcome Apply(Node node, RewriteContext context)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (
            !node.Is("Reshape")
            || GraphPattern.Producer(node.Input(0), "Transpose") is not { } transpose
            || node.Outputs[0] is not { IsGraphOutput: false, Uses: [{ Node: { OpType: "Transpose", Domain: "" } }] }
        )
        {
            return RuleOutcome.Irrelevant;
        }

        if (
            GraphPattern.PermutationOf(transpose) is not { } perm
            || transpose.Input(0) is not { TensorType.Shape: { } source } x
            || node.Outputs[0].TensorType?.Shape is not { } result
            || SplitAxis(transpose.Outputs[0].TensorType?.Shape, result) is not { } axis
        )
        {
            return RuleOutcome.Miss(node, "it does not split exactly one axis into two of known length");
        }

        int split = (int)perm[axis];
        TensorShape divided = new([.. source.Dims[..split], result[axis], result[axis + 1], .. source.Dims[(split + 1)..]]);
        if (ReshapeRule.Target(divided, source) is not { } target)
        {
            return RuleOutcome.Miss(node, $"{divided} has more than one length that is neither a number nor the input's in the same place");
        }

        long[] moved = [.. perm.SelectMany(from => from == split ? [from, from + 1] : new[] { from > split ? from + 1 : from })];
        PatchBuilder patch = new();
        Operand reshaped = patch.Node(
            "Reshape",
            [x, PatchBuilder.Constant($"{node.Outputs[0].Name}.shape", TensorData.FromArray(target, target.Length))]
        );
        return patch.Replace(node.Outputs[0], patch.Node("Transpose", [reshaped], [("perm", moved)])).Build();
    }

    /// <summary>The axis of the first shape that is two in the second, all others being equal; null when there is none.</summary>
    private static int? SplitAxis(TensorShape? whole, TensorShape parts)
    {
        if (whole is null || parts.Rank != whole.Rank + 1)
        {
            return null;
        }

        for (int axis = 0; axis < whole.Rank; axis++)
        {
            if (
                parts[axis].IsConstant
                && parts[axis + 1].IsConstant
                && whole[axis].Equals(parts[axis] * parts[axis + 1])
                && whole.Dims[..axis].SequenceEqual(parts.Dims[..axis])
                && whole.Dims[(axis + 1)..].SequenceEqual(parts.Dims[(axis + 2)..])
            )
            {
                return axis;
            }
        }

        return null;
    }
}
