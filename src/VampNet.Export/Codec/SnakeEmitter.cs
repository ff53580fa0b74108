using VampNet.Architecture;
using VampNet.Onnx;

namespace VampNet.Export.Codec;

/// <summary>
/// Snake: x + sin(alpha x)² / (alpha + 1e-9), in five operators, with the reciprocal computed at export.
/// Source: hugofloresgarcia/lac 7761206, <c>lac.nn.layers.snake</c>.
/// </summary>
internal static class SnakeEmitter
{
    private const float Epsilon = 1e-9f;

    /// <summary>x [B,channels,N] to [B,channels,N].</summary>
    public static Value Emit(Module snake, Value x)
    {
        BoundWeight alpha = snake.Bound("alpha");
        BoundWeight inverse = alpha.Map("1/(alpha+1e-9)", alpha.Shape.AsSpan(), Invert);
        Value phase = snake.Op("Mul", "phase", [x, snake.Weight("alpha", alpha)]);
        Value sine = snake.Op("Sin", "sine", [phase]);
        Value square = snake.Op("Mul", "square", [sine, sine]);
        Value bump = snake.Op("Mul", "bump", [square, snake.Weight("inverse_alpha", inverse)]);
        return snake.Op("Add", "output", [x, bump]);
    }

    private static void Invert(ReadOnlySpan<ReadOnlyMemory<float>> inputs, Span<float> destination)
    {
        ReadOnlySpan<float> alpha = inputs[0].Span;
        for (int i = 0; i < alpha.Length; i++)
        {
            destination[i] = 1 / (alpha[i] + Epsilon);
        }
    }
}
