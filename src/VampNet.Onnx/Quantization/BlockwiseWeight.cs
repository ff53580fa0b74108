using System.Numerics.Tensors;

namespace VampNet.Onnx.Quantization;

/// <summary>
/// A matrix in blocks along its rows, each with a scale: w = q * scale, q a signed integer of 4 or 8 bits. The range of q is
/// not symmetric (-8..7), so a block tries two scales: the one that puts its element of largest magnitude on the outermost
/// negative integer, whatever its sign, and the one that keeps everything within the symmetric part. The scale with the smaller squared
/// error is taken.
/// </summary>
internal sealed class BlockwiseWeight
{
    // Some runtimes flush subnormal numbers to zero, so a block whose step would be subnormal counts as zero.
    private const float MinNormal = 1.17549435e-38f;

    private readonly TensorData _rows;
    private readonly float _lowest;
    private readonly bool _halfScales;

    private BlockwiseWeight(TensorData rows, int bits, int blockSize, bool halfScales)
    {
        _halfScales = halfScales;
        (_rows, Bits, BlockSize) = (rows, bits, blockSize);
        _lowest = -(1 << (bits - 1));
        N = (int)rows.Shape[0];
        K = (int)rows.Shape[1];
        Blocks = (K + blockSize - 1) / blockSize;
        Scales = new float[N * Blocks];
    }

    public int Bits { get; }

    /// <summary>Number of weights that share a scale.</summary>
    public int BlockSize { get; }

    /// <summary>The number of rows: output channels.</summary>
    public int N { get; }

    /// <summary>The length of a row.</summary>
    public int K { get; }

    /// <summary>Blocks in a row; the last may be short.</summary>
    public int Blocks { get; }

    /// <summary>One scale for each block, row by row; a negative one where the largest element was positive.</summary>
    public float[] Scales { get; }

    /// <summary>Weight power over error power, in decibels.</summary>
    public double SignalToNoise { get; private set; }

    /// <summary>Chooses the scales.</summary>
    /// <param name="name">The weight's name, for messages.</param>
    /// <param name="rows">N output channels of K weights.</param>
    /// <param name="bits">4 or 8.</param>
    /// <param name="blockSize">Number of weights that share a scale.</param>
    /// <param name="signedScales">Whether a scale may be negative.</param>
    /// <param name="halfScales">Whether scales are float16 numbers.</param>
    /// <exception cref="OnnxException">An element is NaN or infinite (<see cref="DiagnosticIds.WeightNotFinite"/>).</exception>
    public static BlockwiseWeight Choose(string name, TensorData rows, int bits, int blockSize, bool signedScales, bool halfScales = false)
    {
        BlockwiseWeight weight = new(rows, bits, blockSize, halfScales);
        using FloatContents contents = new(rows);
        Span<float> scratch = stackalloc float[blockSize];
        double signal = 0;
        double noise = 0;
        for (int i = 0; i < weight.Scales.Length; i++)
        {
            ReadOnlySpan<float> block = weight.Block(contents.Values, i);
            float extreme = TensorPrimitives.MaxMagnitude(block);
            if (!float.IsFinite(extreme))
            {
                throw QuantizationPreconditions.NotFinite(name);
            }

            (weight.Scales[i], double error) = weight.ChooseScale(block, extreme, signedScales, scratch[..block.Length]);
            signal += TensorPrimitives.SumOfSquares(block);
            noise += error;
        }

        weight.SignalToNoise = Decibels.Of(signal, noise);
        return weight;
    }

    /// <summary>The float32 rows while they are needed.</summary>
    public FloatContents Open() => new(_rows);

    /// <summary>Rounds block i to integers, as floats.</summary>
    public ReadOnlySpan<float> Round(ReadOnlySpan<float> values, int i, Span<float> scratch)
    {
        ReadOnlySpan<float> block = Block(values, i);
        Span<float> steps = scratch[..block.Length];
        Round(block, Scales[i], steps);
        return steps;
    }

    private ReadOnlySpan<float> Block(ReadOnlySpan<float> values, int i)
    {
        int start = i % Blocks * BlockSize;
        return values.Slice((i / Blocks * K) + start, Math.Min(BlockSize, K - start));
    }

    private (float Scale, double Error) ChooseScale(ReadOnlySpan<float> block, float extreme, bool signedScales, Span<float> scratch)
    {
        float symmetric = AsScale(MathF.Abs(extreme) / (-_lowest - 1));
        if (symmetric < MinNormal)
        {
            return (1, 0);
        }

        double symmetricError = Error(block, symmetric, scratch);
        float outermost = AsScale(extreme / _lowest);
        if (outermost == 0 || (!signedScales && outermost < 0))
        {
            return (symmetric, symmetricError);
        }

        double outermostError = Error(block, outermost, scratch);
        return outermostError < symmetricError ? (outermost, outermostError) : (symmetric, symmetricError);
    }

    // A float16 scale is rounded before the integers are, so that these fit it.
    private float AsScale(float scale) => _halfScales ? (float)(Half)scale : scale;

    private double Error(ReadOnlySpan<float> block, float scale, Span<float> scratch)
    {
        Round(block, scale, scratch);
        TensorPrimitives.Multiply(scratch, scale, scratch);
        TensorPrimitives.Subtract(scratch, block, scratch);
        return TensorPrimitives.SumOfSquares<float>(scratch);
    }

    private void Round(ReadOnlySpan<float> block, float scale, Span<float> steps)
    {
        TensorPrimitives.Divide(block, scale, steps);
        TensorPrimitives.Round(steps, steps);
        TensorPrimitives.Clamp(steps, _lowest, -_lowest - 1, steps);
    }
}
