using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace VampNet.Onnx.Rewriting.Rules;

/// <summary>Gemm's factors go into its constants: <c>alpha A B + beta C = A (alpha B) + (beta C)</c>.</summary>
internal sealed class FoldGemmFactorsRule : RewriteRule
{
    /// <inheritdoc/>
    public override NumericalEffect Effect => NumericalEffect.Reordered;

    /// <inheritdoc/>
    public override ImmutableArray<string> Anchors => ["Gemm"];

    /// <inheritdoc/>
    public override RuleOutcome Apply(Node node, RewriteContext context)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (!node.Is("Gemm") || node.Input(0) is not { } a || node.Input(1) is not { } b)
        {
            return RuleOutcome.Irrelevant;
        }

        float alpha = node.Attributes.GetFloat("alpha", 1);
        float beta = node.Attributes.GetFloat("beta", 1);
        bool scalesWeight = alpha != 1 && Scalable(b) is not null;
        bool scalesBias = beta != 1 && (node.Input(2) is null || Scalable(node.Input(2)) is not null);
        if (!scalesWeight && !scalesBias)
        {
            return alpha == 1 && beta == 1 ? RuleOutcome.Irrelevant : RuleOutcome.Miss(node, "what it scales is no constant of float");
        }

        PatchBuilder patch = new();
        Operand? bias =
            node.Input(2) is not { } c ? null
            : scalesBias ? Scaled(c, beta)
            : c;
        Operand weight = scalesWeight ? Scaled(b, alpha) : b;
        Attribute[] attributes =
        [
            .. node.Attributes.Where(attribute =>
                !(attribute.Name == "alpha" && scalesWeight) && !(attribute.Name == "beta" && scalesBias)
            ),
        ];
        Operand result = patch.Node("Gemm", bias is null ? [a, weight] : [a, weight, bias], attributes);
        return patch.Replace(node.Outputs[0], result).Build();
    }

    private static TensorData? Scalable(Value? value) =>
        RewriteContext.ConstantOf(value) is { ElementType: ElementType.Float } data ? data : null;

    private static Operand Scaled(Value value, float factor)
    {
        TensorData data = Scalable(value)!;
        return PatchBuilder.Constant(
            $"{value.Name}.scaled",
            TensorData.Lazy(
                ElementType.Float,
                data.Shape.AsSpan(),
                bytes =>
                {
                    data.CopyTo(bytes);
                    foreach (ref float element in MemoryMarshal.Cast<byte, float>(bytes))
                    {
                        element *= factor;
                    }
                }
            )
        );
    }
}
