namespace VampNet.Onnx.Quantization;

/// <summary>The constant weight of a node that static quantization handles.</summary>
/// <param name="Node">The node.</param>
/// <param name="Value">The initializer.</param>
/// <param name="ChannelAxis">The axis of output channels; null when channels of one group share an index with another's.</param>
/// <param name="SummedAxis">The axis along which neighbours in the product's sum lie; null when that is not known.</param>
/// <param name="Bias">The constant that is added for each channel; null for none.</param>
internal sealed record StaticWeight(Node Node, Value Value, int? ChannelAxis, int? SummedAxis, Value? Bias)
{
    /// <summary>The axis to take scales along when the weight is restored before it is used: with groups, the axis of input
    /// channels.</summary>
    public int StorageAxis => ChannelAxis ?? 0;

    /// <summary>Recognizes the weight of a node, or returns the reason why there is none to quantize.</summary>
    public static (StaticWeight? Weight, string Reason) Of(Node node)
    {
        bool convolution = node.Is("Conv");
        bool transposed = node.Is("ConvTranspose");
        if (!convolution && !transposed)
        {
            (MatrixWeight? matrix, string reason) = MatrixWeight.Of(node);
            return matrix switch
            {
                null => (null, reason),
                { Alpha: not 1 } => (null, "the product has a factor"),
                { Bias: { IsConstant: false } } => (null, "the bias is no constant"),
                _ => (new StaticWeight(node, matrix.Value, matrix.Transposed ? 0 : 1, matrix.Transposed ? 1 : 0, matrix.Bias), ""),
            };
        }

        if (node.Input(0) is null || node.Input(1) is not { IsConstant: true, Constant: { ElementCount: > 0 } data } value)
        {
            return (null, "the weight is no constant");
        }

        if (data.ElementType != ElementType.Float || data.Shape.Length < 3)
        {
            return (null, $"the weight is {data}");
        }

        if (node.Input(2) is { IsConstant: false })
        {
            return (null, "the bias is no constant");
        }

        int? axis =
            convolution ? 0
            : node.Attributes.GetInt("group", 1) == 1 ? 1
            : null;
        // Integer convolutions sum over kernel positions and, within each, over input channels: those are neighbours when no pair straddles
        // two positions.
        int? summed = convolution && data.Shape[1] % 2 == 0 ? 1 : null;
        return (new StaticWeight(node, value, axis, summed, node.Input(2)), "");
    }
}
