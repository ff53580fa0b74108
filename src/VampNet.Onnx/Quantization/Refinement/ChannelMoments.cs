namespace VampNet.Onnx.Quantization.Refinement;

/// <summary>Second moments of the channels of an activation (its last axis): G[i,j] = mean of x[i] x[j] over all positions of all
/// samples.</summary>
public sealed class ChannelMoments
{
    private readonly float[] _matrix;

    /// <summary>Takes moments as they were measured.</summary>
    /// <param name="channels">The length K of the activation's last axis.</param>
    /// <param name="matrix">The mean products, row-major [K,K], symmetric and finite.</param>
    /// <exception cref="ArgumentException">The matrix has another number of elements.</exception>
    public ChannelMoments(int channels, float[] matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        if (matrix.LongLength != (long)channels * channels)
        {
            throw new ArgumentException($"{matrix.LongLength} products are given for {channels} channels.", nameof(matrix));
        }

        (Channels, _matrix) = (channels, matrix);
    }

    /// <summary>The number of channels, K.</summary>
    public int Channels { get; }

    /// <summary>The mean products, row-major [K,K].</summary>
    public ReadOnlySpan<float> Matrix => _matrix;

    /// <summary>The root of the mean square of each channel.</summary>
    public float[] RootMeanSquares() =>
        [.. Enumerable.Range(0, Channels).Select(k => MathF.Sqrt(Math.Max(_matrix[(k * Channels) + k], 0)))];

    /// <summary>The moments of the same activation with each channel divided by a factor.</summary>
    /// <param name="factors">One for each channel, none zero.</param>
    public ChannelMoments DividedBy(ReadOnlySpan<float> factors)
    {
        float[] divided = new float[_matrix.Length];
        for (int row = 0; row < Channels; row++)
        {
            for (int column = 0; column < Channels; column++)
            {
                divided[(row * Channels) + column] = _matrix[(row * Channels) + column] / (factors[row] * factors[column]);
            }
        }

        return new ChannelMoments(Channels, divided);
    }
}
