using System.Collections.Immutable;
using VampNet.Onnx.Rewriting.Folding;

namespace VampNet.Onnx.Rewriting.Rules;

/// <summary>
/// A constant behind a Cast to float32 that only products, convolutions and lookups read as their weight is a float32 constant. The file
/// grows by it, so the rule is for graphs that are quantized next. The constant is converted while it is written.
/// </summary>
internal sealed class FoldCastWeightRule : RewriteRule
{
    /// <inheritdoc/>
    public override NumericalEffect Effect => NumericalEffect.Exact;

    /// <inheritdoc/>
    public override ImmutableArray<string> Anchors => ["Cast"];

    /// <inheritdoc/>
    public override RuleOutcome Apply(Node node, RewriteContext context)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (!node.Is("Cast") || RewriteContext.ConstantOf(node.Input(0)) is not { } data)
        {
            return RuleOutcome.Irrelevant;
        }

        Value output = node.Outputs[0];
        if (
            node.Attributes.GetInt("to", 0) != (long)ElementType.Float
            || !ConstantTensor.Supports(data.ElementType)
            || data.ElementCount > Array.MaxLength / sizeof(float)
        )
        {
            return RuleOutcome.Miss(node, $"it converts {data} to something else than float, or to more than one piece of memory holds");
        }

        if (output.IsGraphOutput || output.Uses.Count == 0 || !output.Uses.All(IsWeight))
        {
            return RuleOutcome.Miss(node, "its result is read otherwise than as a weight");
        }

        TensorData converted = TensorData.Lazy(
            ElementType.Float,
            data.Shape.AsSpan(),
            bytes => ConstantTensor.Of(data).Cast(ElementType.Float).ToData().CopyTo(bytes)
        );
        return new PatchBuilder().Replace(output, PatchBuilder.Constant(output.Name, converted)).Build();
    }

    private static bool IsWeight(Use use) =>
        use.Node.Domain.Length == 0
        && (
            (use.InputIndex is 1 or 2 && use.Node.OpType is "Conv" or "ConvTranspose" or "Gemm" or "MatMul")
            || (use.InputIndex == 0 && use.Node.OpType is "Gather" or "MatMul")
        );
}
