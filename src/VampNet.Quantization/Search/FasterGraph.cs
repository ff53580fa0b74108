using System.Collections.Immutable;

namespace VampNet.Quantization.Search;

/// <summary>Requires that a graph quantized by several schemes is faster than float32 in every turn, like each scheme alone.</summary>
internal static class FasterGraph
{
    /// <summary>Combines all schemes that are faster alone; while the combination is not faster, drops the scheme that gains least and
    /// tries again.</summary>
    /// <param name="trials">The schemes that gain alone, at least one.</param>
    /// <param name="make">Makes, writes and judges the graph of some of them.</param>
    /// <returns>The first graph that is faster in every turn, or null when none is.</returns>
    public static QuantizationResult? Find(ImmutableArray<SchemeTrial> trials, Func<ImmutableArray<SchemeTrial>, QuantizationResult> make)
    {
        for (
            ImmutableArray<SchemeTrial> left = trials;
            !left.IsEmpty;
            left = left.Remove(left.MinBy(trial => trial.Judgement.Speed.Lowest)!)
        )
        {
            QuantizationResult result = make(left);
            if (result.Judgement!.Speed.Lowest > 1)
            {
                return result;
            }
        }

        return null;
    }
}
