using VampNet.Onnx;

namespace VampNet.Export.Step;

/// <summary>Philox4x32-10 on int64 elements that hold 32-bit words, as <c>VampNet.Runtime.Randomness.Philox</c>.</summary>
/// <remarks>
/// Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011. No product here exceeds 49 bits, so that
/// no signed integer overflows.
/// </remarks>
internal static class PhiloxEmitter
{
    private const uint Multiplier0 = 0xD2511F53,
        Multiplier1 = 0xCD9E8D57;
    private const uint Weyl0 = 0x9E3779B9,
        Weyl1 = 0xBB67AE85;
    private const int Rounds = 10;
    private const int HalfWord = 16;
    private const int Word = 32;

    /// <summary>The words X, Y, Z and W of blocks, int64 [N,2,2,8]: word 2i + j of a block at [., i, j, .].</summary>
    /// <param name="philox">Scope that names the nodes.</param>
    /// <param name="seed">The key, uint64 [].</param>
    /// <param name="stream">int64 [], at least 0.</param>
    /// <param name="blocks">Numbers of blocks, int64 [N,1,8], at least 0.</param>
    public static Value Emit(Module philox, Value seed, Value stream, Value blocks)
    {
        (Value high, Value low) = WordHalves.Split(philox, "block", blocks, Word);
        (Value streamHigh, Value streamLow) = WordHalves.Split(philox, "stream", stream, Word);
        Value shape = philox.Op("Shape", "shape", [blocks]);
        // Both halves of a round at once: [2,N,1,8] holds X and Z, then Y and W.
        Value xz = Pair(philox, "xz", low, philox.Op("Expand", "stream.low_words", [streamLow, shape])),
            yw = Pair(philox, "yw", high, philox.Op("Expand", "stream.high_words", [streamHigh, shape]));
        Value key = Key(philox, seed);
        Value multipliers = Constants(philox, "multipliers", Multiplier0, Multiplier1);
        Value swap = philox.Graph.Constant([1L, 0L]);
        for (int round = 0; round < Rounds; round++)
        {
            Module part = philox[$"round{round}"];
            (Value upper, Value lower) = Multiply(part, xz, multipliers);
            Value crossed = part.Op("Gather", "high.crossed", [upper, swap], ("axis", 0));
            xz = ExclusiveOr.Emit(part, "xz", crossed, yw, RoundKey(part, key, round));
            yw = part.Op("Gather", "yw", [lower, swap], ("axis", 0));
        }

        Value words = philox.Op("Concat", "pairs", [xz, yw], ("axis", 2));
        return philox.Op("Transpose", "words", [words], ("perm", new long[] { 1, 0, 2, 3 }));
    }

    // The low and the high word of the seed, [2,1,1,1].
    private static Value Key(Module philox, Value seed)
    {
        Value width = philox.Graph.Constant($"const.u64.{Word}", TensorData.Scalar((ulong)Word));
        Value raised = philox.Op("BitShift", "key.low_raised", [seed, width], ("direction", "LEFT"));
        Value low = philox.Op("BitShift", "key.low_word", [raised, width], ("direction", "RIGHT"));
        Value high = philox.Op("BitShift", "key.high_word", [seed, width], ("direction", "RIGHT"));
        Value both = Pair(philox, "key", philox.Cast("key.low", low, ElementType.Int64), philox.Cast("key.high", high, ElementType.Int64));
        return philox.Op("Reshape", "keys", [both, philox.Graph.Constant([2L, 1L, 1L, 1L])]);
    }

    private static Value Pair(Module philox, string role, Value first, Value second)
    {
        Value axis = philox.Graph.Constant([0L]);
        Value top = philox.Op("Unsqueeze", $"{role}.first", [first, axis]),
            bottom = philox.Op("Unsqueeze", $"{role}.second", [second, axis]);
        return philox.Op("Concat", $"{role}.both", [top, bottom], ("axis", 0));
    }

    private static Value Constants(Module philox, string role, uint first, uint second) =>
        philox.Graph.Constant($"const.philox.{role}", TensorData.FromArray([(long)first, (long)second], 2, 1, 1, 1));

    // (key + round * weyl) mod 2^32.
    private static Value RoundKey(Module part, Value key, int round)
    {
        if (round == 0)
        {
            return key;
        }

        Value weyl = Constants(part, $"weyl{round}", unchecked(Weyl0 * (uint)round), unchecked(Weyl1 * (uint)round));
        return WordHalves.Split(part, "key", part.Op("Add", "key.sum", [key, weyl]), Word).Low;
    }

    // factor * multiplier as two 32-bit words, by halves of the factor.
    private static (Value High, Value Low) Multiply(Module part, Value factor, Value multipliers)
    {
        (Value factorHigh, Value factorLow) = WordHalves.Split(part, "factor", factor, HalfWord);
        Value lowProduct = part.Op("Mul", "low_product", [factorLow, multipliers]);
        (Value carry, Value lowest) = WordHalves.Split(part, "low_product", lowProduct, HalfWord);
        Value upper = part.Op("Add", "upper", [part.Op("Mul", "high_product", [factorHigh, multipliers]), carry]);
        (Value high, Value middle) = WordHalves.Split(part, "upper", upper, HalfWord);
        Value raised = part.Op("Mul", "middle_raised", [middle, part.Integer(1L << HalfWord)]);
        return (high, part.Op("Add", "low", [raised, lowest]));
    }
}
