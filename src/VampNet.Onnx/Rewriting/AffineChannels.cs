namespace VampNet.Onnx.Rewriting;

/// <summary>A factor and a shift for each channel: <c>y = x * factor + shift</c> along one axis.</summary>
/// <param name="Factors">The factors; one for all channels, or one for each.</param>
/// <param name="Shifts">The shifts; one for all channels, or one for each.</param>
internal sealed record AffineChannels(double[] Factors, double[] Shifts)
{
    /// <summary>Whether it only multiplies.</summary>
    public bool IsScale => Array.TrueForAll(Shifts, shift => shift == 0);

    /// <summary>Whether it only adds.</summary>
    public bool IsShift => Array.TrueForAll(Factors, factor => factor == 1);

    /// <summary>The factor of a channel.</summary>
    public double Factor(long channel) => Factors.Length == 1 ? Factors[0] : Factors[channel];

    /// <summary>The shift of a channel.</summary>
    public double Shift(long channel) => Shifts.Length == 1 ? Shifts[0] : Shifts[channel];

    /// <summary>Describes what a node does to each channel of one of its inputs.</summary>
    /// <param name="node">BatchNormalization in inference, or Mul, Div, Add or Sub with a constant.</param>
    /// <param name="axisFromEnd">Axis of the channels: 1 for the last axis; 0 for axis 1 whatever the rank.</param>
    /// <param name="withHalf">Whether constants may be float16 too: the caller then makes constants of that type.</param>
    /// <returns>The input and its factor and shift; null for any other node, or a constant that varies along another axis.</returns>
    public static (Value Input, AffineChannels Affine)? Of(Node node, int axisFromEnd, bool withHalf = false)
    {
        if (node.Domain.Length > 0)
        {
            return null;
        }

        if (node.OpType == "BatchNormalization")
        {
            return axisFromEnd == 0 || RewriteContext.RankOf(node.Input(0)) == 2 ? OfNormalization(node, withHalf) : null;
        }

        if (node.OpType is not ("Mul" or "Div" or "Add" or "Sub") || node.Inputs is not [{ } left, { } right])
        {
            return null;
        }

        bool isSwapped = RewriteContext.ConstantOf(right) is null;
        (Value input, Value constant) = isSwapped ? (right, left) : (left, right);
        if (
            (isSwapped && node.OpType is not ("Mul" or "Add"))
            || input.TensorType?.Shape is not { } shape
            || Channels(constant, shape, axisFromEnd == 0 ? 1 : shape.Rank - 1, withHalf) is not { } numbers
        )
        {
            return null;
        }

        return node.OpType switch
        {
            "Mul" => (input, new AffineChannels(numbers, [0])),
            "Div" => Array.Exists(numbers, number => number == 0)
                ? null
                : (input, new AffineChannels(Array.ConvertAll(numbers, number => 1 / number), [0])),
            "Add" => (input, new AffineChannels([1], numbers)),
            _ => (input, new AffineChannels([1], Array.ConvertAll(numbers, number => -number))),
        };
    }

    /// <summary>BatchNormalization as a factor and a shift for each channel; null when it trains or a parameter is not constant.</summary>
    public static (Value Input, AffineChannels Affine)? OfNormalization(Node node, bool withHalf = false)
    {
        if (
            !node.Is("BatchNormalization")
            || node.Inputs is not [{ } input, var scale, var bias, var mean, var variance]
            || node.Outputs.Skip(1).Any(output => output.Name.Length > 0)
            || node.Attributes.GetInt("training_mode", 0) != 0
            || node.Attributes.GetInt("spatial", 1) != 1
            || Vector(scale, withHalf) is not { } scales
            || Vector(bias, withHalf) is not { } biases
            || Vector(mean, withHalf) is not { } means
            || Vector(variance, withHalf) is not { } variances
            || biases.Length != scales.Length
            || means.Length != scales.Length
            || variances.Length != scales.Length
        )
        {
            return null;
        }

        double epsilon = node.Attributes.GetFloat("epsilon", 1e-5f);
        double[] factors = [.. scales.Select((number, i) => number / Math.Sqrt(variances[i] + epsilon))];
        return (input, new AffineChannels(factors, [.. biases.Select((number, i) => number - (means[i] * factors[i]))]));
    }

    private static double[]? Vector(Value? value, bool withHalf) =>
        RewriteContext.ConstantOf(value) is { Shape.Length: 1 } data && IsNumber(data.ElementType, withHalf) ? data.ToDoubles() : null;

    private static bool IsNumber(ElementType type, bool withHalf) =>
        type is ElementType.Float or ElementType.Double || (withHalf && type == ElementType.Float16);

    /// <summary>The elements of a constant that varies along one axis of a shape at most; null otherwise.</summary>
    private static double[]? Channels(Value value, TensorShape shape, int axis, bool withHalf)
    {
        if (
            RewriteContext.ConstantOf(value) is not { ElementCount: > 0 } data
            || !IsNumber(data.ElementType, withHalf)
            || data.Shape.Length > shape.Rank
            || axis < 0
            || axis >= shape.Rank
        )
        {
            return null;
        }

        if (data.ElementCount == 1)
        {
            return data.ToDoubles();
        }

        int offset = shape.Rank - data.Shape.Length;
        for (int i = 0; i < data.Shape.Length; i++)
        {
            if (data.Shape[i] != 1 && (i + offset != axis || !shape[axis].Is(data.Shape[i])))
            {
                return null;
            }
        }

        return data.ToDoubles();
    }
}
