using System.Collections.Immutable;

namespace VampNet.Onnx.Rewriting.Rules;

/// <summary>
/// Layer normalization, <c>w * (x - mean) / sqrt(var + eps) + b</c>, as <see cref="LayerNormalizationPattern"/> finds it, becomes
/// LayerNormalization from opset 17 on, or at any opset for ONNX Runtime. The bias is optional.
/// </summary>
/// <remarks>Source: Ba, Kiros and Hinton, Layer Normalization, arXiv:1607.06450.</remarks>
internal sealed class FuseLayerNormalizationRule : RewriteRule
{
    private const int FirstOpset = 17;

    /// <inheritdoc/>
    public override NumericalEffect Effect => NumericalEffect.Rounded;

    /// <inheritdoc/>
    public override ImmutableArray<string> Anchors => ["Add", "Mul"];

    /// <inheritdoc/>
    public override RuleOutcome Apply(Node node, RewriteContext context)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(context);
        Node? scaled = node;
        Value? bias = null;
        if (node.Is("Add"))
        {
            if (!GraphPattern.TryMatchEither(node, IsParameter, out bias, out Value? product) || !GraphPattern.IsReadOnce(product))
            {
                return RuleOutcome.Irrelevant;
            }

            scaled = GraphPattern.Producer(product, "Mul");
        }

        if (
            scaled?.Is("Mul") != true
            || !GraphPattern.TryMatchEither(scaled, IsParameter, out Value? weight, out Value? normed)
            || LayerNormalizationPattern.Match(normed, context) is not { } pattern
        )
        {
            return RuleOutcome.Irrelevant;
        }

        // A following Add with a constant is its bias; the rule fires there.
        if (bias is null && scaled.Outputs[0] is { IsGraphOutput: false, Uses: [{ Node: var reader }] } && HasBias(reader))
        {
            return RuleOutcome.Irrelevant;
        }

        if (!context.AllowsOnnxRuntime && context.Model.Opset < FirstOpset)
        {
            return RuleOutcome.Miss(
                node,
                $"LayerNormalization needs opset {FirstOpset} or the target ONNX Runtime, the model has opset {context.Model.Opset}"
            );
        }

        if (
            pattern.X.TensorType is not { Shape: { } shape } type
            || shape.Rank < -pattern.FirstAxis
            || !FitsAxes(weight, shape, pattern.FirstAxis, type.ElementType)
            || (bias is not null && !FitsAxes(bias, shape, pattern.FirstAxis, type.ElementType))
        )
        {
            return RuleOutcome.Miss(node, $"the weight or the bias does not have the last axes of '{pattern.X.Name}' and its type");
        }

        PatchBuilder patch = new();
        Operand?[] inputs = bias is null ? [pattern.X, weight] : [pattern.X, weight, bias];
        Operand fused = patch.Node("LayerNormalization", inputs, [("axis", (long)pattern.FirstAxis), ("epsilon", (float)pattern.Epsilon)]);
        return patch.Replace(node.Outputs[0], fused).Build();
    }

    private static bool HasBias(Node reader) => reader.Is("Add") && GraphPattern.TryMatchEither(reader, IsParameter, out _, out _);

    private static bool IsParameter(Value value) =>
        RewriteContext.ConstantOf(value)
            is { Shape.Length: > 0, ElementType: ElementType.Float or ElementType.Float16 or ElementType.BFloat16 or ElementType.Double };

    private static bool FitsAxes(Value parameter, TensorShape shape, int firstAxis, ElementType type)
    {
        TensorData data = RewriteContext.ConstantOf(parameter)!;
        ImmutableArray<Dim> last = [.. shape.Dims.Skip(shape.Rank + firstAxis)];
        return data.ElementType == type && data.Shape.Length == last.Length && last.Zip(data.Shape).All(pair => pair.First.Is(pair.Second));
    }
}
