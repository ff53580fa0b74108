using VampNet.Onnx;

namespace VampNet.Export.Codec;

/// <summary>A residual unit: x + conv(snake(dilated conv(snake(x)))); its parts are numbered 0 to 3.</summary>
internal static class ResidualUnitEmitter
{
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
