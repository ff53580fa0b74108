using VampNet.Architecture;
using VampNet.Onnx;

namespace VampNet.Export.Codec;

/// <summary>A residual unit: x + conv(snake(dilated conv(snake(x)))); its parts are numbered 0 to 3.</summary>
internal static class ResidualUnitEmitter
{
    /// <summary>The units of an encoder block, or of a DAC decoder block, one after the other: x [B,channels,N] to the same
    /// shape.</summary>
    /// <param name="parts">The block's sequence of modules.</param>
    /// <param name="first">The index of the first unit in it.</param>
    /// <param name="x">The first unit's input.</param>
    public static Value EmitAll(Module parts, int first, Value x)
    {
        foreach ((int i, int dilation) in CodecManifest.EncoderDilations.Index())
        {
            Module unit = parts[first + i];
            x = Emit(unit, unit["block"], x, dilation);
        }

        return x;
    }

    /// <summary>x [B,channels,N] to [B,channels,N].</summary>
    /// <param name="unit">The module that owns the sum.</param>
    /// <param name="parts">Its sequence of snake, convolution, snake, convolution.</param>
    /// <param name="x">The unit's input.</param>
    /// <param name="dilation">The first convolution's dilation, in samples.</param>
    public static Value Emit(Module unit, Module parts, Value x, int dilation)
    {
        Value y = SnakeEmitter.Emit(parts[0], x);
        y = ConvolutionEmitter.EmitSame(parts[1], y, dilation);
        y = SnakeEmitter.Emit(parts[2], y);
        y = ConvolutionEmitter.EmitSame(parts[3], y);
        return unit.Op("Add", "output", [x, y]);
    }
}
