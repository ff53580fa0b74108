using System.Numerics.Tensors;

namespace VampNet.Runtime.Randomness;

/// <summary>Draws that a seed decides: the n-th draw of two instances with one seed is the same, value for value.</summary>
/// <remarks>
/// Every draw is a stream of its own of <see cref="Philox"/> under the seed as key; row r of a token draw starts at a block of its own.
/// A word w becomes the uniform ((w >> 9) + 0.5) / 2^23, which is never 0 or 1; an exponential is -log of it. Independent of upstream's
/// generator: equal seeds do not give upstream's draws.
/// </remarks>
public sealed class SeededDraws(ulong seed) : IRandomDraws
{
    private const float Scale = 1f / (1 << 23);
    private const int WordsPerBlock = 4;

    private ulong _stream;

    /// <inheritdoc/>
    public void FillUniforms(Span<float> destination) => Fill(destination, ++_stream, firstBlock: 0);

    /// <inheritdoc/>
    public int NextInteger(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        // 64 bits scaled down to at most 31: no value is favoured by more than 2^-33.
        (uint x, uint y, _, _) = Philox.Block(seed, ++_stream, 0);
        return (int)Math.BigMul(((ulong)y << 32) | x, (ulong)limit, out _);
    }

    /// <inheritdoc/>
    public void NextTokenDraw(int rows, int vocabulary) => _stream++;

    /// <inheritdoc/>
    public void FillExponentials(int row, Span<float> destination)
    {
        ulong blocksPerRow = (ulong)(destination.Length + WordsPerBlock - 1) / WordsPerBlock;
        Fill(destination, _stream, (ulong)row * blocksPerRow);
        TensorPrimitives.Log(destination, destination);
        TensorPrimitives.Negate(destination, destination);
    }

    private void Fill(Span<float> destination, ulong draw, ulong firstBlock)
    {
        int whole = destination.Length / WordsPerBlock * WordsPerBlock;
        ulong block = firstBlock;
        for (int at = 0; at < whole; at += WordsPerBlock)
        {
            (uint x, uint y, uint z, uint w) = Philox.Block(seed, draw, block++);
            Span<float> four = destination.Slice(at, WordsPerBlock);
            (four[0], four[1], four[2], four[3]) = (ToUniform(x), ToUniform(y), ToUniform(z), ToUniform(w));
        }

        if (whole < destination.Length)
        {
            (uint x, uint y, uint z, _) = Philox.Block(seed, draw, block);
            ReadOnlySpan<float> rest = [ToUniform(x), ToUniform(y), ToUniform(z)];
            rest[..(destination.Length - whole)].CopyTo(destination[whole..]);
        }
    }

    // The conversion is through int, which has a vector instruction where uint has none.
    private static float ToUniform(uint word) => ((int)(word >> 9) + 0.5f) * Scale;
}
