using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace VampNet.Onnx.Rewriting.Rules;

/// <summary>
/// A factor and a shift of each channel behind Conv, ConvTranspose, Gemm or MatMul go into its constants:
/// <c>(W x + b) f + s = (W f) x + (b f + s)</c>. The factor and the shift come from BatchNormalization, or from Mul, Div, Add or Sub
/// with a constant. A positive factor alone also moves through Relu and LeakyRelu, which commute with it. MatMul takes a shift only
/// where a constant Add stands behind it.
/// </summary>
internal sealed class FoldAffineRule : RewriteRule
{
    /// <inheritdoc/>
    public override NumericalEffect Effect => NumericalEffect.Reordered;

    /// <inheritdoc/>
    public override ImmutableArray<string> Anchors => ["BatchNormalization", "Mul", "Div", "Add", "Sub"];

    /// <inheritdoc/>
    public override RuleOutcome Apply(Node node, RewriteContext context)
    {
        ArgumentNullException.ThrowIfNull(node);
        if ((AffineChannels.Of(node, 0, withHalf: true) ?? AffineChannels.Of(node, 1, withHalf: true)) is not var (input, _))
        {
            return RuleOutcome.Irrelevant;
        }

        Node? activation = input.Producer is { Domain: "", OpType: "Relu" or "LeakyRelu" } between ? between : null;
        Value product = activation?.Input(0) ?? input;
        if (product.Producer is not { Domain: "" } producer)
        {
            return RuleOutcome.Irrelevant;
        }

        Node? sum = null;
        if (
            producer.OpType == "Add"
            && AffineChannels.Of(producer, 1, withHalf: true) is var (summed, _)
            && GraphPattern.Producer(summed, "MatMul") is { } behind
        )
        {
            (sum, producer) = (producer, behind);
        }

        bool isProduct = producer.OpType is "MatMul" or "Gemm";
        if (
            (!isProduct && producer.OpType is not ("Conv" or "ConvTranspose"))
            || AffineChannels.Of(node, isProduct ? 1 : 0, withHalf: true) is not var (_, affine)
            || RewriteContext.ConstantOf(producer.Input(1)) is not { ElementType: ElementType.Float or ElementType.Float16 } weight
        )
        {
            return RuleOutcome.Irrelevant;
        }

        if (
            !GraphPattern.HaveEqualShapes(node.Outputs[0], input)
            || !GraphPattern.IsReadOnce(input)
            || !GraphPattern.IsReadOnce(product)
            || (sum is not null && !GraphPattern.IsReadOnce(producer.Outputs[0]))
        )
        {
            return RuleOutcome.Miss(producer, "its result has other readers, or another shape than the scaled one");
        }

        if (activation is not null && !(affine.IsScale && affine.Factors.All(factor => factor > 0)))
        {
            return RuleOutcome.Miss(activation, "only positive factors commute with it");
        }

        if (producer.Is("MatMul") && sum is null && !affine.IsScale)
        {
            // A lone Add stays as it is; BatchNormalization becomes one.
            if (!node.Is("BatchNormalization"))
            {
                return RuleOutcome.Irrelevant;
            }
        }

        return Fold(node, producer, sum, activation, weight, affine);
    }

    private static RuleOutcome Fold(Node node, Node producer, Node? sum, Node? activation, TensorData weight, AffineChannels affine)
    {
        if (ChannelsOf(producer, weight) is not var (channels, channelOf))
        {
            return RuleOutcome.Miss(producer, "its weight is no matrix, or its groups do not divide its channels");
        }

        Value? biasValue = sum is null ? producer.Input(2) : sum.Inputs.Single(value => RewriteContext.ConstantOf(value) is not null);
        if (
            (affine.Factors.Length != 1 && affine.Factors.Length != channels)
            || (affine.Shifts.Length != 1 && affine.Shifts.Length != channels)
        )
        {
            return RuleOutcome.Miss(node, $"it has not one factor for each of {channels} channels");
        }

        double beta = producer.Is("Gemm") ? producer.Attributes.GetFloat("beta", 1) : 1;
        if (Bias(biasValue, channels, beta, weight.ElementType) is not { } bias)
        {
            return RuleOutcome.Miss(producer, "its bias is not constant, or not one number for each channel");
        }

        PatchBuilder patch = new();
        string name = producer.Input(1)!.Name;
        Operand scaled = affine.IsShift ? producer.Input(1)! : PatchBuilder.Constant($"{name}.folded", Scale(weight, affine, channelOf));
        double[] shifted = [.. Enumerable.Range(0, (int)channels).Select(i => (bias[i] * affine.Factor(i)) + affine.Shift(i))];
        if (weight.ElementType == ElementType.Float16 && !FitsHalf(weight, affine, channelOf, shifted))
        {
            return RuleOutcome.Miss(producer, "its constants would be too large for float16");
        }

        bool hasBias = biasValue is not null || !affine.IsScale;
        Operand? folded = hasBias
            ? PatchBuilder.Constant(
                $"{biasValue?.Name ?? name}.{(biasValue is null ? "bias" : "folded")}",
                Vector(shifted, weight.ElementType)
            )
            : null;
        Operand result;
        if (producer.Is("MatMul"))
        {
            result = patch.Node("MatMul", [producer.Input(0)!, scaled]);
            result = folded is null ? result : patch.Node("Add", [result, folded]);
        }
        else
        {
            Attribute[] attributes = [.. producer.Attributes.Where(attribute => attribute.Name != "beta" || !hasBias)];
            Operand?[] inputs = folded is null ? [producer.Input(0)!, scaled] : [producer.Input(0)!, scaled, folded];
            result = patch.Node(producer.OpType, inputs, attributes);
        }

        if (activation is not null)
        {
            result = patch.Node(activation.OpType, [result], [.. activation.Attributes]);
        }

        return patch.Replace(node.Outputs[0], result).Build();
    }

    /// <summary>Number of output channels of a node, and the channel of each element of its weight.</summary>
    private static (long Channels, Func<long, long> ChannelOf)? ChannelsOf(Node node, TensorData weight)
    {
        long[] shape = [.. weight.Shape];
        if (weight.ElementCount == 0)
        {
            return null;
        }

        switch (node.OpType)
        {
            case "Conv" when shape.Length >= 3:
                long kernel = weight.ElementCount / shape[0];
                return (shape[0], index => index / kernel);
            case "ConvTranspose" when shape.Length >= 3:
                long groups = node.Attributes.GetInt("group", 1);
                if (groups < 1 || shape[0] % groups != 0)
                {
                    return null;
                }

                long inner = weight.ElementCount / (shape[0] * shape[1]);
                long perGroup = shape[0] / groups;
                return (shape[1] * groups, index => (index / (shape[1] * inner) / perGroup * shape[1]) + (index / inner % shape[1]));
            case "MatMul" or "Gemm" when shape.Length == 2:
                bool isTransposed = node.Is("Gemm") && node.Attributes.GetInt("transB", 0) != 0;
                return isTransposed ? (shape[0], index => index / shape[1]) : (shape[1], index => index % shape[1]);
            default:
                return null;
        }
    }

    private static double[]? Bias(Value? value, long channels, double beta, ElementType type)
    {
        if (value is null)
        {
            return new double[channels];
        }

        if (
            RewriteContext.ConstantOf(value) is not { } data
            || data.ElementType != type
            || data.Shape.Any(length => length != 1 && length != channels)
        )
        {
            return null;
        }

        double[] numbers = data.ToDoubles();
        return numbers.Length == 1 ? [.. Enumerable.Repeat(numbers[0] * beta, (int)channels)]
            : numbers.Length == channels && data.Shape[^1] == channels ? Array.ConvertAll(numbers, number => number * beta)
            : null;
    }

    private static TensorData Vector(double[] numbers, ElementType type) =>
        type == ElementType.Float16
            ? TensorData.FromArray(Array.ConvertAll(numbers, number => (Half)number), numbers.Length)
            : TensorData.FromArray(Array.ConvertAll(numbers, number => (float)number), numbers.Length);

    private static bool FitsHalf(TensorData weight, AffineChannels affine, Func<long, long> channelOf, double[] shifts)
    {
        Half[] elements = weight.ToArray<Half>();
        for (int i = 0; i < elements.Length; i++)
        {
            if (Half.IsFinite(elements[i]) && !Half.IsFinite((Half)((double)elements[i] * affine.Factor(channelOf(i)))))
            {
                return false;
            }
        }

        return Array.TrueForAll(shifts, shift => Half.IsFinite((Half)shift));
    }

    private static TensorData Scale(TensorData weight, AffineChannels affine, Func<long, long> channelOf) =>
        TensorData.Lazy(
            weight.ElementType,
            weight.Shape.AsSpan(),
            bytes =>
            {
                weight.CopyTo(bytes);
                if (weight.ElementType == ElementType.Float16)
                {
                    Span<Half> halves = MemoryMarshal.Cast<byte, Half>(bytes);
                    for (int i = 0; i < halves.Length; i++)
                    {
                        halves[i] = (Half)((double)halves[i] * affine.Factor(channelOf(i)));
                    }

                    return;
                }

                Span<float> elements = MemoryMarshal.Cast<byte, float>(bytes);
                for (int i = 0; i < elements.Length; i++)
                {
                    elements[i] = (float)(elements[i] * affine.Factor(channelOf(i)));
                }
            }
        );
}
