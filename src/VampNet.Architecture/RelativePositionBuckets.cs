using System.Numerics;

namespace VampNet.Architecture;

/// <summary>
/// Maps the distance between two token frames to one of 32 rows of the relative attention bias: T5's bidirectional
/// buckets with a maximum distance of 128.
/// </summary>
/// <remarks>
/// Upstream decides the borders of the wide buckets with a float32 logarithm,
/// <c>8 + floor(8 * log(d / 8) / log(128 / 8))</c>. That is <c>2 + floor(log2(d * d))</c> in integers, which is what
/// is computed here: the same on every machine and, by the golden table, the same as upstream.
/// Source: hugofloresgarcia/vampnet 72e2675, <c>MultiHeadRelativeAttention._relative_position_bucket</c>.
/// </remarks>
public static class RelativePositionBuckets
{
    /// <summary>The number of buckets: rows of <c>relative_attention_bias</c>.</summary>
    public const int Count = 32;

    /// <summary>The distance from which on every position falls into the last bucket of its side.</summary>
    public const int MaxDistance = 128;

    private const int SideCount = Count / 2;
    private const int ExactCount = SideCount / 2;

    /// <summary>The bucket of a relative position (key minus query, in token frames); 0 to 31.</summary>
    public static int Of(long relativePosition)
    {
        int distance = (int)Math.Min(Math.Abs(Math.Max(relativePosition, -MaxDistance)), MaxDistance);
        int bucket = distance < ExactCount ? distance : Math.Min(2 + BitOperations.Log2((uint)(distance * distance)), SideCount - 1);
        return relativePosition > 0 ? SideCount + bucket : bucket;
    }

    /// <summary>
    /// The buckets of the relative positions -128 to 128, in that order: 257 entries. Clipping a relative position to
    /// this range before the lookup is exact for every length T.
    /// </summary>
    public static int[] Table() => [.. Enumerable.Range(-MaxDistance, 2 * MaxDistance + 1).Select(position => Of(position))];
}
