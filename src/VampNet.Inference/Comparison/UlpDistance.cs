namespace VampNet.Inference.Comparison;

/// <summary>Counts representable float32 values between two numbers: a relative measure that needs no tolerance.</summary>
internal static class UlpDistance
{
    /// <summary>Number of float32 steps between <paramref name="left"/> and <paramref name="right"/>; 0 for equal numbers, and +0 equals
    /// -0.</summary>
    /// <returns>0 to 4,278,190,079 for numbers, infinities included; <see cref="long.MaxValue"/> when either is NaN.</returns>
    public static long Between(float left, float right) =>
        float.IsNaN(left) || float.IsNaN(right) ? long.MaxValue : Math.Abs(Rank(left) - Rank(right));

    // IEEE 754 orders the magnitudes as their bits; mirroring the negative half makes one integer axis of both.
    private static long Rank(float value)
    {
        int bits = BitConverter.SingleToInt32Bits(value);
        return bits >= 0 ? bits : (long)int.MinValue - bits;
    }
}
