using System.Collections.Immutable;

namespace VampNet.Onnx.Rewriting.Rules;

/// <summary>
/// Rows gathered from a constant table, whose elements are then moved in front of the indices, are columns gathered from the
/// transposed table: <c>transpose(gather(W, i, 0)) = gather(W^T, i, 1)</c>.
/// </summary>
internal sealed class TransposeIntoTableRule : RewriteRule
{
    /// <inheritdoc/>
    public override NumericalEffect Effect => NumericalEffect.Exact;

    /// <inheritdoc/>
    public override ImmutableArray<string> Anchors => ["Transpose"];

    /// <inheritdoc/>
    public override RuleOutcome Apply(Node node, RewriteContext context)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (
            !node.Is("Transpose")
            || GraphPattern.Producer(node.Input(0), "Gather") is not { } gather
            || gather.Input(0) is not { IsConstant: true, Constant: { Shape: [var rows, var columns] } table }
            || gather.Attributes.GetInt("axis", 0) != 0
        )
        {
            return RuleOutcome.Irrelevant;
        }

        if (
            GraphPattern.PermutationOf(node) is not { } perm
            || !perm.SequenceEqual(Enumerable.Range(-1, perm.Length).Select(axis => (long)(axis < 0 ? perm.Length - 1 : axis)))
        )
        {
            return RuleOutcome.Miss(node, "it does not move the last axis to the front alone");
        }

        if (!GraphPattern.IsReadOnce(gather.Outputs[0]) || table.ElementType.BitWidth < 8)
        {
            return RuleOutcome.Miss(gather, "its result has other readers, or elements narrower than a byte");
        }

        PatchBuilder patch = new();
        Operand turned = PatchBuilder.Constant($"{gather.Input(0)!.Name}.transposed", ConstantTranspose.Of(table, rows, columns));
        return patch.Replace(node.Outputs[0], patch.Node("Gather", [turned, gather.Input(1)!], [("axis", 1)])).Build();
    }
}
