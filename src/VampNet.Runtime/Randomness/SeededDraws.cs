using System.Numerics.Tensors;
using System.Runtime.Intrinsics;

namespace VampNet.Runtime.Randomness;

/// <summary>Random numbers determined by a seed: the n-th draw of two instances with the same seed is equal, value for value.</summary>
/// <remarks>
/// Every draw is a stream of its own of <see cref="Philox"/> under the seed as key; row r of a token draw starts at blocks of its own.
/// Values come from eight blocks at a time: their first words, then their second, third and fourth. A word w becomes the uniform ((w >> 9)
/// + 0.5) / 2^23, which is never 0 or 1; an exponential is -log of it. Independent of upstream's
/// generator: equal seeds do not give upstream's draws.
/// </remarks>
public sealed class SeededDraws(ulong seed) : IRandomDraws
{
    private const float Scale = 1f / (1 << 23);
    private const int BlocksAtOnce = 8;

    private ulong _stream;

    /// <summary>Continues the draws of a seed after a number of draws.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="draws">Draws already made.</param>
    public SeededDraws(ulong seed, ulong draws)
        : this(seed) => _stream = draws;

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
        int groups = (destination.Length + Philox.WordsInEight - 1) / Philox.WordsInEight;
        Fill(destination, _stream, (ulong)row * (ulong)groups * BlocksAtOnce);
        NegateLogarithms(destination);
    }

    // In float64, rounded once: of the 2^23 uniforms there are, none has a logarithm so near the middle of two float32 numbers that the
    // last bits of a float64 logarithm decide. So every processor, and every other implementation, gives the same float32.
    private static void NegateLogarithms(Span<float> uniforms)
    {
        Span<double> wide = stackalloc double[Philox.WordsInEight];
        while (uniforms.Length > 0)
        {
            Span<float> part = uniforms[..Math.Min(uniforms.Length, wide.Length)];
            TensorPrimitives.ConvertTruncating<float, double>(part, wide);
            TensorPrimitives.Log<double>(wide[..part.Length], wide);
            TensorPrimitives.ConvertTruncating<double, float>(wide[..part.Length], part);
            TensorPrimitives.Negate(part, part);
            uniforms = uniforms[part.Length..];
        }
    }

    private void Fill(Span<float> destination, ulong draw, ulong firstBlock)
    {
        Span<uint> words = stackalloc uint[Philox.WordsInEight];
        for (ulong block = firstBlock; destination.Length > 0; block += BlocksAtOnce)
        {
            Philox.EightBlocks(seed, draw, block, words);
            int count = Math.Min(destination.Length, words.Length);
            ToUniforms(words[..count], destination);
            destination = destination[count..];
        }
    }

    private static void ToUniforms(ReadOnlySpan<uint> words, Span<float> destination)
    {
        int at = 0;
        for (; at + Vector256<uint>.Count <= words.Length; at += Vector256<uint>.Count)
        {
            Vector256<float> shifted = Vector256.ConvertToSingle((Vector256.Create(words[at..]) >>> 9).AsInt32());
            ((shifted + Vector256.Create(0.5f)) * Scale).CopyTo(destination[at..]);
        }

        for (; at < words.Length; at++)
        {
            destination[at] = ((int)(words[at] >> 9) + 0.5f) * Scale;
        }
    }
}
