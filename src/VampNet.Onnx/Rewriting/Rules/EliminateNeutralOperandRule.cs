using System.Collections.Immutable;

namespace VampNet.Onnx.Rewriting.Rules;

/// <summary>
/// Removes arithmetic that changes nothing: <c>x * 1</c>, <c>x / 1</c>, <c>x - 0</c>, <c>x ^ 1</c>, and among integers <c>x + 0</c>, which
/// among reals turns a negative zero positive. The result must have the shape of x.
/// </summary>
internal sealed class EliminateNeutralOperandRule : RewriteRule
{
    /// <inheritdoc/>
    public override NumericalEffect Effect => NumericalEffect.Exact;

    /// <inheritdoc/>
    public override ImmutableArray<string> Anchors => ["Mul", "Add", "Div", "Pow", "Sub"];

    /// <inheritdoc/>
    public override RuleOutcome Apply(Node node, RewriteContext context)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (node.Domain.Length > 0 || node.Inputs is not [{ } left, { } right])
        {
            return RuleOutcome.Irrelevant;
        }

        Value? kept = node.OpType switch
        {
            "Mul" => IsNumber(right, 1) ? left
            : IsNumber(left, 1) ? right
            : null,
            "Add" when left.TensorType?.ElementType.IsInteger == true => IsNumber(right, 0) ? left
            : IsNumber(left, 0) ? right
            : null,
            "Div" or "Pow" => IsNumber(right, 1) ? left : null,
            "Sub" => IsNumber(right, 0) ? left : null,
            _ => null,
        };
        if (kept is null)
        {
            return RuleOutcome.Irrelevant;
        }

        return GraphPattern.HaveEqualShapes(kept, node.Outputs[0])
            ? new PatchBuilder().Replace(node.Outputs[0], kept).Build()
            : RuleOutcome.Miss(node, $"its result is not known to have the shape of '{kept.Name}'");
    }

    private static bool IsNumber(Value value, double number) =>
        RewriteContext.TryGetScalar(value, out double scalar) && scalar.Equals(number);
}
