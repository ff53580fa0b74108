using System.Collections.Immutable;

namespace VampNet.Onnx.Rewriting.Rules;

/// <summary>
/// A convolution of kernel 1 along one axis is a matrix product over the channels: <c>Conv(x^T, W, b) = (x W^T + b)^T</c>. Where the
/// channels were moved in front by a Transpose, or are moved behind by one, the product needs fewer Transposes, and quantizers support it.
/// </summary>
internal sealed class PointwiseConvolutionRule : RewriteRule
{
    private static readonly long[] Swap = [0, 2, 1];

    /// <inheritdoc/>
    public override NumericalEffect Effect => NumericalEffect.Reordered;

    /// <inheritdoc/>
    public override ImmutableArray<string> Anchors => ["Conv"];

    /// <inheritdoc/>
    public override RuleOutcome Apply(Node node, RewriteContext context)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (
            !node.Is("Conv")
            || node.Input(1)
                is not {
                    IsConstant: true,
                    Constant: { ElementType: ElementType.Float, Shape: [var outChannels, var inChannels, 1] } weight
                }
        )
        {
            return RuleOutcome.Irrelevant;
        }

        if (
            node.Attributes.GetInt("group", 1) != 1
            || node.Attributes.GetInts("strides") is { } strides && strides.Any(step => step != 1)
            || node.Attributes.GetInts("pads") is { } pads && pads.Any(pad => pad != 0)
            || node.Attributes.GetString("auto_pad", "NOTSET") is not ("NOTSET" or "VALID")
        )
        {
            return RuleOutcome.Miss(node, "it has groups, strides or padding");
        }

        Node? before = SwapBefore(node.Input(0));
        bool swapsAfter = node.Outputs[0] is { IsGraphOutput: false, Uses: [{ Node: var after, InputIndex: 0 }] } && IsSwap(after);
        if (before is null && !swapsAfter)
        {
            return RuleOutcome.Miss(node, "no Transpose of the channels stands before or behind it");
        }

        PatchBuilder patch = new();
        Operand x = before is not null ? before.Input(0)! : patch.Node("Transpose", [node.Input(0)!], [("perm", Swap)]);
        Operand kernel = PatchBuilder.Constant($"{node.Input(1)!.Name}.transposed", ConstantTranspose.Of(weight, outChannels, inChannels));
        Operand result = patch.Node("MatMul", [x, kernel]);
        if (node.Input(2) is { } bias)
        {
            result = patch.Node("Add", [result, bias]);
        }

        return patch.Replace(node.Outputs[0], patch.Node("Transpose", [result], [("perm", Swap)])).Build();
    }

    private static Node? SwapBefore(Value? value) =>
        GraphPattern.Producer(value, "Transpose") is { } transpose && IsSwap(transpose) ? transpose : null;

    private static bool IsSwap(Node node) => node.Is("Transpose") && node.Attributes.GetInts("perm") is [0, 2, 1];
}
