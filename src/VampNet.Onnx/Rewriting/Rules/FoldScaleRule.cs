using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace VampNet.Onnx.Rewriting.Rules;

/// <summary>
/// A scalar factor behind a product goes into the product's constant weight: <c>((x W) ...) c = (x (W c)) ...</c>. The weight is found
/// through MatMul (its first input) and changes of shape that nothing else reads. The scaled weight is made
/// while it is written.
/// </summary>
internal sealed class FoldScaleRule : RewriteRule
{
    private const int MaxDepth = 8;

    /// <inheritdoc/>
    public override NumericalEffect Effect => NumericalEffect.Reordered;

    /// <inheritdoc/>
    public override ImmutableArray<string> Anchors => ["Mul", "Div"];

    /// <inheritdoc/>
    public override RuleOutcome Apply(Node node, RewriteContext context)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (MatchScaled(node) is not var (scaled, factor) || !GraphPattern.HaveEqualShapes(scaled, node.Outputs[0]))
        {
            return RuleOutcome.Irrelevant;
        }

        if (FindWeighted(scaled) is not { } product)
        {
            return RuleOutcome.Miss(node, $"no constant weight is found behind '{scaled.Name}' through values that are read once");
        }

        PatchBuilder patch = new();
        Value weight = product.Input(1)!;
        Operand scaledProduct = patch.Node(
            "MatMul",
            [product.Input(0)!, PatchBuilder.Constant($"{weight.Name}.scaled", Scale(weight.Constant!, factor))]
        );
        return patch.Replace(node.Outputs[0], Rebuild(patch, scaled, product, scaledProduct)).Build();
    }

    private static (Value Scaled, float Factor)? MatchScaled(Node node)
    {
        if (
            node.Is("Div")
            && node.Input(0) is { } dividend
            && RewriteContext.TryGetScalar(node.Input(1), out double divisor)
            && divisor != 0
        )
        {
            return (dividend, (float)(1 / divisor));
        }

        return
            node.Is("Mul")
            && GraphPattern.TryMatchEither(node, value => RewriteContext.TryGetScalar(value, out _), out Value? scalar, out Value? rest)
            && RewriteContext.TryGetScalar(scalar, out double factor)
            ? (rest, (float)factor)
            : null;
    }

    private static Node? FindWeighted(Value value)
    {
        for (int depth = 0; depth < MaxDepth && GraphPattern.IsReadOnce(value) && value.Producer is { Domain: "" } producer; depth++)
        {
            if (producer.Is("MatMul") && producer.Input(1) is { IsConstant: true, Constant.ElementType: ElementType.Float })
            {
                return producer;
            }

            if (producer.OpType is not ("MatMul" or "Reshape" or "Transpose") || producer.Input(0) is not { } before)
            {
                return null;
            }

            value = before;
        }

        return null;
    }

    /// <summary>Repeats the nodes between the weighted product and the factor on top of the scaled product.</summary>
    private static Operand Rebuild(PatchBuilder patch, Value value, Node product, Operand scaledProduct)
    {
        Node producer = value.Producer!;
        if (producer == product)
        {
            return scaledProduct;
        }

        Operand first = Rebuild(patch, producer.Input(0)!, product, scaledProduct);
        Operand?[] inputs = [first, .. producer.Inputs.Skip(1).Select(input => input is null ? null : Operand.FromValue(input))];
        return patch.Node(producer.OpType, inputs, [.. producer.Attributes]);
    }

    private static TensorData Scale(TensorData weight, float factor) =>
        TensorData.Lazy(
            ElementType.Float,
            weight.Shape.AsSpan(),
            bytes =>
            {
                weight.CopyTo(bytes);
                foreach (ref float element in MemoryMarshal.Cast<byte, float>(bytes))
                {
                    element *= factor;
                }
            }
        );
}
