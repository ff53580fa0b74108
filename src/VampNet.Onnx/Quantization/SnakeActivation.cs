using VampNet.Onnx.Rewriting;

namespace VampNet.Onnx.Quantization;

/// <summary>
/// The activation of audio codecs, x + sin(a x)² b, with a and b constants of each channel: Add, Mul, Mul, Sin and Mul as exporters write
/// it. Between integers it is a function of 256 values for each channel, so a table of them replaces it.
/// </summary>
/// <param name="Input">x [B,C,N].</param>
/// <param name="Sine">The Sin node.</param>
/// <param name="Frequencies">a, C of them.</param>
/// <param name="Factors">b, C of them.</param>
internal sealed record SnakeActivation(Value Input, Node Sine, float[] Frequencies, float[] Factors)
{
    private const int Entries = 256;

    /// <summary>The activation that computes a value of three axes, or null where something else does.</summary>
    public static SnakeActivation? Of(Value value)
    {
        if (value.Producer is not { Domain: "", OpType: "Add" } sum)
        {
            return null;
        }

        for (int i = 0; i < 2; i++)
        {
            if (
                sum.Input(1 - i) is { } input
                && Scaled(sum.Input(i)) is var (square, factors)
                && Root(square) is { Producer: { Domain: "", OpType: "Sin" } sine }
                && Scaled(sine.Input(0)) is var (argument, frequencies)
                && argument == input
                && Math.Max(frequencies.Length, factors.Length) is > 1 and int channels
                && Repeat(frequencies, channels) is { } eachFrequency
                && Repeat(factors, channels) is { } eachFactor
            )
            {
                return new SnakeActivation(input, sine, eachFrequency, eachFactor);
            }
        }

        return null;
    }

    /// <summary>The integers [1,C,256] of the result for every integer of the input. A negative integer of an int8 input counts from the
    /// end, as indices of Gather do.</summary>
    /// <param name="input">Scale and zero point of x.</param>
    /// <param name="output">Scale and zero point of the result.</param>
    /// <param name="signed">Whether both are int8 instead of uint8.</param>
    public TensorData Table((float Scale, int ZeroPoint) input, (float Scale, int ZeroPoint) output, bool signed)
    {
        byte[] table = new byte[Frequencies.Length * Entries];
        for (int channel = 0; channel < Frequencies.Length; channel++)
        {
            for (int entry = 0; entry < Entries; entry++)
            {
                float x = ((signed ? (sbyte)entry : entry) - input.ZeroPoint) * input.Scale;
                float sine = MathF.Sin(x * Frequencies[channel]);
                double units = Math.Round((double)((x + (sine * sine * Factors[channel])) / output.Scale)) + output.ZeroPoint;
                table[(channel * Entries) + entry] = signed ? (byte)(sbyte)Math.Clamp(units, -128, 127) : (byte)Math.Clamp(units, 0, 255);
            }
        }

        return TensorData.FromBytes(signed ? ElementType.Int8 : ElementType.UInt8, table, 1, Frequencies.Length, Entries);
    }

    // A product with a constant that has one element, or one for each of the middle of three axes.
    private static (Value Other, float[] Constant)? Scaled(Value? value)
    {
        if (value?.Producer is not { Domain: "", OpType: "Mul" } product)
        {
            return null;
        }

        for (int i = 0; i < 2; i++)
        {
            if (
                product.Input(1 - i) is { } other
                && RewriteContext.ConstantOf(product.Input(i)) is { ElementType: ElementType.Float } constant
                && (constant.ElementCount == 1 || constant.Shape is [1, _, 1] or [_, 1])
            )
            {
                return (other, constant.ToSingles());
            }
        }

        return null;
    }

    private static Value? Root(Value square) =>
        square.Producer is not { Domain: "" } node ? null
        : node.OpType == "Mul" && node.Input(0) == node.Input(1) ? node.Input(0)
        : node.OpType == "Pow" && RewriteContext.ConstantOf(node.Input(1)) is { ElementCount: 1 } power && power.ToDoubles()[0] == 2
            ? node.Input(0)
        : null;

    private static float[]? Repeat(float[] values, int channels) =>
        values.Length == channels ? values
        : values.Length == 1 ? [.. Enumerable.Repeat(values[0], channels)]
        : null;
}
