using System.Collections.Immutable;

namespace VampNet.Onnx.Rewriting.Rules;

/// <summary>Cast of a Cast is one Cast when the first loses nothing: a wider integer, a wider float, or a bool to any number.</summary>
internal sealed class MergeCastsRule : RewriteRule
{
    /// <inheritdoc/>
    public override NumericalEffect Effect => NumericalEffect.Exact;

    /// <inheritdoc/>
    public override ImmutableArray<string> Anchors => ["Cast"];

    /// <inheritdoc/>
    public override RuleOutcome Apply(Node node, RewriteContext context)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (!node.Is("Cast") || GraphPattern.Producer(node.Input(0), "Cast") is not { } inner)
        {
            return RuleOutcome.Irrelevant;
        }

        ElementType from = inner.Input(0)?.TensorType?.ElementType ?? ElementType.Undefined;
        var through = (ElementType)inner.Attributes.GetInt("to");
        if (!IsLossless(from, through))
        {
            return RuleOutcome.Miss(inner, $"{from.OnnxName} to {through.OnnxName} may lose something");
        }

        PatchBuilder patch = new();
        return patch.Replace(node.Outputs[0], patch.Node("Cast", [inner.Input(0)!], [("to", node.Attributes.GetInt("to"))])).Build();
    }

    /// <summary>Whether every value of one type is a value of the other.</summary>
    internal static bool IsLossless(ElementType from, ElementType to) =>
        (from, to) switch
        {
            (ElementType.Bool, _) => to.IsInteger
                || to is ElementType.Float or ElementType.Double or ElementType.Float16 or ElementType.Bool,
            (ElementType.Float16 or ElementType.BFloat16, ElementType.Float or ElementType.Double) => true,
            (ElementType.Float, ElementType.Double) => true,
            _ when from.IsInteger && to.IsInteger => from.IsSignedInteger
                ? to.IsSignedInteger && to.BitWidth >= from.BitWidth
                : to.BitWidth > from.BitWidth || (to == from),
            _ => from == to && from != ElementType.Undefined,
        };
}
