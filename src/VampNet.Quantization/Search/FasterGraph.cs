using System.Collections.Immutable;

namespace VampNet.Quantization.Search;

/// <summary>Holds a graph of several schemes to the promise of each: it must be faster than float32 itself, in every turn.</summary>
internal static class FasterGraph
{
    /// <summary>Makes a graph of all schemes that gain alone; while the whole gains nothing, leaves out the scheme that gains least and
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
