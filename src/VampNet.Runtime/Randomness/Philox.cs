using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VampNet.Runtime.Randomness;

/// <summary>
/// Philox4x32-10: a counter-based generator. Block n of stream s under a key is a pure function of the three, so any part of a draw can be
/// made, or left out, without making the rest.
/// </summary>
/// <remarks>
/// Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011; constants and known answers as in their
/// library Random123.
/// </remarks>
internal static class Philox
{
    private const uint Multiplier0 = 0xD2511F53,
        Multiplier1 = 0xCD9E8D57;
    private const uint Weyl0 = 0x9E3779B9,
        Weyl1 = 0xBB67AE85;
    private const int Rounds = 10;

    /// <summary>Words in eight blocks.</summary>
    public const int WordsInEight = 32;

    /// <summary>The four words of a block.</summary>
    public static (uint X, uint Y, uint Z, uint W) Block(ulong key, ulong stream, ulong block)
    {
        uint x = (uint)block,
            y = (uint)(block >> 32),
            z = (uint)stream,
            w = (uint)(stream >> 32);
        uint key0 = (uint)key,
            key1 = (uint)(key >> 32);
        for (int round = 0; round < Rounds; round++)
        {
            ulong product0 = (ulong)Multiplier0 * x,
                product1 = (ulong)Multiplier1 * z;
            (x, y, z, w) = ((uint)(product1 >> 32) ^ y ^ key0, (uint)product1, (uint)(product0 >> 32) ^ w ^ key1, (uint)product0);
            key0 += Weyl0;
            key1 += Weyl1;
        }

        return (x, y, z, w);
    }

    /// <summary>The words of blocks <paramref name="first"/> to first + 7: their eight X, then Y, Z and W.</summary>
    /// <param name="key">The key.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="first">A multiple of 8.</param>
    /// <param name="words">Receives 32 words, the same whatever the processor.</param>
    public static void EightBlocks(ulong key, ulong stream, ulong first, Span<uint> words)
    {
        if (Avx2.IsSupported)
        {
            EightBlocksTogether(key, stream, first, words);
        }
        else
        {
            EightBlocksSingly(key, stream, first, words);
        }
    }

    internal static void EightBlocksSingly(ulong key, ulong stream, ulong first, Span<uint> words)
    {
        for (int lane = 0; lane < 8; lane++)
        {
            (words[lane], words[8 + lane], words[16 + lane], words[24 + lane]) = Block(key, stream, first + (ulong)lane);
        }
    }

    private static void EightBlocksTogether(ulong key, ulong stream, ulong first, Span<uint> words)
    {
        Vector256<uint> x = Vector256.Create((uint)first) + Vector256<uint>.Indices,
            y = Vector256.Create((uint)(first >> 32));
        Vector256<uint> z = Vector256.Create((uint)stream),
            w = Vector256.Create((uint)(stream >> 32));
        Vector256<uint> key0 = Vector256.Create((uint)key),
            key1 = Vector256.Create((uint)(key >> 32));
        for (int round = 0; round < Rounds; round++)
        {
            (Vector256<uint> high0, Vector256<uint> low0) = MultiplyWide(x, Multiplier0);
            (Vector256<uint> high1, Vector256<uint> low1) = MultiplyWide(z, Multiplier1);
            (x, y, z, w) = (high1 ^ y ^ key0, low1, high0 ^ w ^ key1, low0);
            key0 += Vector256.Create(Weyl0);
            key1 += Vector256.Create(Weyl1);
        }

        x.CopyTo(words);
        y.CopyTo(words[8..]);
        z.CopyTo(words[16..]);
        w.CopyTo(words[24..]);
    }

    // The instruction multiplies every other lane to 64 bits, so it runs twice: on the even lanes, then on the odd lanes shifted down.
    private static (Vector256<uint> High, Vector256<uint> Low) MultiplyWide(Vector256<uint> factor, uint multiplier)
    {
        Vector256<uint> multipliers = Vector256.Create(multiplier);
        Vector256<ulong> even = Avx2.Multiply(factor, multipliers),
            odd = Avx2.Multiply((factor.AsUInt64() >>> 32).AsUInt32(), multipliers);
        Vector256<uint> high = Avx2.Blend((even >>> 32).AsUInt32(), odd.AsUInt32(), 0b10101010);
        return (high, factor * multipliers);
    }
}
