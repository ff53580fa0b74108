using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace VampNet.Architecture.Expressions;

/// <summary>
/// g * v / ||v|| with the Euclidean norm over every axis but 0. For a transposed convolution axis 0 is the input
/// channel: still axis 0. Shapes: v any, g [v.Shape[0], 1, ...].
/// Source: PyTorch, <c>torch.nn.utils.weight_norm</c> with its default <c>dim=0</c>.
/// </summary>
internal sealed class WeightNormFold(string name, WeightExpression g, WeightExpression v) : WeightExpression(v.Shape)
{
    public override int BlockRows => v.BlockRows;

    public override void ReadRows(int firstRow, Span<float> destination)
    {
        int rows = destination.Length / RowLength;
        float[] magnitudes = ArrayPool<float>.Shared.Rent(rows);
        g.ReadRows(firstRow, magnitudes.AsSpan(0, rows));
        v.ReadRows(firstRow, destination);
        for (int row = 0; row < rows; row++)
        {
            Span<float> direction = destination.Slice(row * RowLength, RowLength);
            double norm = Math.Sqrt(SumOfSquares(direction));
            if (norm == 0)
            {
                throw new ArchitectureException(
                    ArchitectureErrorIds.DirectionZero,
                    found: $"weight-norm direction {name}_v with only zeros in row {firstRow + row}",
                    expected: "at least one element other than 0: the weight g * v / ||v|| is undefined",
                    advice: "Train or export the checkpoint again"
                );
            }

            TensorPrimitives.Multiply(direction, (float)(magnitudes[row] / norm), direction);
        }

        ArrayPool<float>.Shared.Return(magnitudes);
    }

    /// <summary>Sums in double, in an order that does not depend on the machine's vector width.</summary>
    private static double SumOfSquares(ReadOnlySpan<float> values)
    {
        ReadOnlySpan<Vector256<float>> vectors = MemoryMarshal.Cast<float, Vector256<float>>(values);
        Vector256<double> lower = default;
        Vector256<double> upper = default;
        foreach (Vector256<float> vector in vectors)
        {
            (Vector256<double> low, Vector256<double> high) = Vector256.Widen(vector);
            lower += low * low;
            upper += high * high;
        }

        double sum = Vector256.Sum(lower + upper);
        foreach (float rest in values[(vectors.Length * Vector256<float>.Count)..])
        {
            sum += (double)rest * rest;
        }

        return sum;
    }
}
