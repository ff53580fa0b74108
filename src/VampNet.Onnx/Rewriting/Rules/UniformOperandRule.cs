using System.Collections.Immutable;

namespace VampNet.Onnx.Rewriting.Rules;

/// <summary>
/// An operand that is one number everywhere (ConstantOfShape, or Expand of a constant) is that number as a scalar, where the
/// operator broadcasts and its other operand has the shape of the result already.
/// </summary>
internal sealed class UniformOperandRule : RewriteRule
{
    /// <inheritdoc/>
    public override NumericalEffect Effect => NumericalEffect.Exact;

    /// <inheritdoc/>
    public override ImmutableArray<string> Anchors => GraphPattern.BroadcastingOperators;

    /// <inheritdoc/>
    public override RuleOutcome Apply(Node node, RewriteContext context)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (!GraphPattern.IsBroadcasting(node) || node.Inputs is not [{ } left, { } right])
        {
            return RuleOutcome.Irrelevant;
        }

        (TensorData? leftFill, TensorData? rightFill) = (FillOf(left), FillOf(right));
        if ((leftFill is null) == (rightFill is null))
        {
            return RuleOutcome.Irrelevant;
        }

        if (!GraphPattern.HaveEqualShapes(leftFill is null ? left : right, node.Outputs[0]))
        {
            return RuleOutcome.Miss(node, "its other operand is not known to have the shape of the result");
        }

        PatchBuilder patch = new();
        Operand first = leftFill is null ? left : PatchBuilder.Constant($"{left.Name}.element", leftFill);
        Operand second = rightFill is null ? right : PatchBuilder.Constant($"{right.Name}.element", rightFill);
        return patch.Replace(node.Outputs[0], patch.Node(node.OpType, [first, second], [.. node.Attributes])).Build();
    }

    private static TensorData? FillOf(Value value)
    {
        if (GraphPattern.Producer(value, "ConstantOfShape") is { } filled)
        {
            return (filled.Attributes.GetTensor("value") ?? TensorData.Scalar(0f)) is { ElementCount: 1 } element
                ? element.Reshape()
                : null;
        }

        return RewriteContext.ConstantOf(GraphPattern.Producer(value, "Expand")?.Input(0)) is { ElementCount: 1 } expanded
            ? expanded.Reshape()
            : null;
    }
}
