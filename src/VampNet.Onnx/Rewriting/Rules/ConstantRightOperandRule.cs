using System.Collections.Immutable;

namespace VampNet.Onnx.Rewriting.Rules;

/// <summary>
/// Brings products into the form that quantizers know, an activation times a constant matrix: <c>W x = (x^T W^T)^T</c> for MatMul with
/// its constant on the left, and Gemm with 'transA' becomes a Transpose and a Gemm without.
/// </summary>
internal sealed class ConstantRightOperandRule : RewriteRule
{
    /// <inheritdoc/>
    public override NumericalEffect Effect => NumericalEffect.Reordered;

    /// <inheritdoc/>
    public override ImmutableArray<string> Anchors => ["MatMul", "Gemm"];

    /// <inheritdoc/>
    public override RuleOutcome Apply(Node node, RewriteContext context)
    {
        ArgumentNullException.ThrowIfNull(node);
        return node.Is("MatMul") ? Turn(node)
            : node.Is("Gemm") ? Split(node)
            : RuleOutcome.Irrelevant;
    }

    private static RuleOutcome Turn(Node node)
    {
        if (
            node.Inputs is not [{ } left, { } right]
            || RewriteContext.ConstantOf(left) is not { ElementType: ElementType.Float } matrix
            || RewriteContext.ConstantOf(right) is not null
        )
        {
            return RuleOutcome.Irrelevant;
        }

        int rank = RewriteContext.RankOf(right);
        if (matrix.Shape is not [var rows, var columns] || rank < 2)
        {
            return RuleOutcome.Miss(node, $"the constant '{left.Name}' is no matrix, or the rank of '{right.Name}' is not known");
        }

        long[] swap = [.. Enumerable.Range(0, rank - 2).Select(axis => (long)axis), rank - 1, rank - 2];
        PatchBuilder patch = new();
        Operand turned = patch.Node("Transpose", [right], [("perm", swap)]);
        Operand weight = PatchBuilder.Constant($"{left.Name}.transposed", ConstantTranspose.Of(matrix, rows, columns));
        Operand product = patch.Node("MatMul", [turned, weight]);
        return patch.Replace(node.Outputs[0], patch.Node("Transpose", [product], [("perm", swap)])).Build();
    }

    private static RuleOutcome Split(Node node)
    {
        if (
            node.Attributes.GetInt("transA", 0) == 0
            || node.Inputs is not [{ } left, { } right, ..]
            || RewriteContext.ConstantOf(right) is null
            || RewriteContext.ConstantOf(left) is not null
        )
        {
            return RuleOutcome.Irrelevant;
        }

        PatchBuilder patch = new();
        Operand turned = patch.Node("Transpose", [left], [("perm", new long[] { 1, 0 })]);
        Operand?[] inputs = [turned, .. node.Inputs.Skip(1).Select(input => input is null ? null : Operand.FromValue(input))];
        Attribute[] attributes = [.. node.Attributes.Where(attribute => attribute.Name != "transA")];
        return patch.Replace(node.Outputs[0], patch.Node("Gemm", inputs, attributes)).Build();
    }
}
