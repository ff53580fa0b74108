using System.Numerics.Tensors;

namespace VampNet.Onnx.Quantization.Refinement;

/// <summary>
/// GPTQ: rounds a matrix so that each row compensates the rounding errors of the rows already rounded. The mean squared difference of x Q
/// and x W over the measured activations is ||R (W - Q)||^2 with R upper triangular, R'R = G + damping, G the activation's moments. From
/// the last row to the first
/// <code>
/// Q[k] = round(W[k] + sum over j > k of R[k,j] / R[k,k] (W[j] - Q[j]))
/// </code>
/// </summary>
/// <remarks>Source: E. Frantar et al., "GPTQ", 2023, in the equivalent form of L. Babai's nearest plane, which needs no inverse.</remarks>
internal static class CompensatedRounding
{
    // Damping relative to the mean square of the channels, as in GPTQ: limits changes in directions that the samples did not cover.
    private const double Damping = 0.01;

    // Number of columns processed together: their errors for a few thousand rows fit into the second-level cache.
    private const int Block = 64;

    /// <summary>The factors R[k,j] / R[k,k] of the moments, row-major [K,K]; zero where j is not over k.</summary>
    public static float[] Feedback(ChannelMoments moments)
    {
        int count = moments.Channels;
        float[] lower = new float[count * count];
        double damping = Damping * Math.Max(moments.RootMeanSquares().Average(size => (double)size * size), float.Epsilon);
        for (int i = 0; i < count; i++)
        {
            Span<float> row = lower.AsSpan(i * count, count);
            ReadOnlySpan<float> products = moments.Matrix.Slice(i * count, count);
            for (int j = 0; j <= i; j++)
            {
                double rest = products[j] - TensorPrimitives.Dot(row[..j], lower.AsSpan(j * count, j));
                // Mathematically the remaining diagonal is at least the damping; rounding may make it smaller.
                row[j] = (float)(i == j ? Math.Sqrt(Math.Max(rest + damping, damping)) : rest / lower[(j * count) + j]);
            }
        }

        return Transposed(lower, count);
    }

    /// <summary>Rounds.</summary>
    /// <param name="matrix">K rows of N.</param>
    /// <param name="scales">One for each column, or one for all.</param>
    /// <param name="range">Range of int8 to use.</param>
    /// <param name="feedback">Result of <see cref="Feedback"/> for the activation.</param>
    public static sbyte[] Round(ReadOnlyMemory<float> matrix, float[] scales, WeightRange range, float[] feedback)
    {
        (int limit, int pairLimit) = range switch
        {
            WeightRange.Full => (127, 254),
            WeightRange.PairSafe => (127, 128),
            _ => (63, 126),
        };
        int rows = (int)Math.Sqrt(feedback.LongLength);
        int columns = matrix.Length / rows;
        sbyte[] integers = new sbyte[matrix.Length];
        Parallel.For(
            0,
            (columns + Block - 1) / Block,
            block =>
                RoundBlock(
                    matrix.Span,
                    scales,
                    limit,
                    pairLimit,
                    feedback,
                    integers,
                    block * Block,
                    Math.Min(Block, columns - (block * Block)),
                    rows,
                    columns
                )
        );
        return integers;
    }

    private static void RoundBlock(
        ReadOnlySpan<float> matrix,
        float[] scales,
        int limit,
        int pairLimit,
        float[] feedback,
        sbyte[] integers,
        int start,
        int width,
        int rows,
        int columns
    )
    {
        float[] errors = new float[rows * width];
        float[] wanted = new float[width];
        for (int k = rows - 1; k >= 0; k--)
        {
            matrix.Slice((k * columns) + start, width).CopyTo(wanted);
            for (int j = k + 1; j < rows; j++)
            {
                TensorPrimitives.MultiplyAdd(errors.AsSpan(j * width, width), feedback[(k * rows) + j], wanted, wanted);
            }

            for (int n = 0; n < width; n++)
            {
                float scale = scales[scales.Length == 1 ? 0 : start + n];
                int place = (k * columns) + start + n;
                // Rows are processed in pairs, the odd one first.
                int most = k % 2 == 0 && k + 1 < rows ? Math.Min(limit, pairLimit - Math.Abs((int)integers[place + columns])) : limit;
                float integer = Math.Clamp(MathF.Round(wanted[n] / scale), -most, most);
                integers[place] = (sbyte)integer;
                errors[(k * width) + n] = matrix[place] - (integer * scale);
            }
        }
    }

    private static float[] Transposed(float[] lower, int count)
    {
        float[] feedback = new float[lower.Length];
        for (int k = 0; k < count; k++)
        {
            for (int j = k + 1; j < count; j++)
            {
                feedback[(k * count) + j] = lower[(j * count) + k] / lower[(k * count) + k];
            }
        }

        return feedback;
    }
}
