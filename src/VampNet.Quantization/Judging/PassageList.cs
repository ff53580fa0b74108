using System.Collections.Immutable;
using VampNet.Inference.Inputs;

namespace VampNet.Quantization.Judging;

/// <summary>Samples by the passage of music that they are of.</summary>
internal static class PassageList
{
    /// <summary>Puts the samples of one passage together; a sample that is of none is one itself.</summary>
    public static ImmutableArray<ImmutableArray<ModelSample>> Of(IEnumerable<ModelSample> samples) =>
        [.. samples.GroupBy(sample => sample.Targets?.Passage ?? sample.Name).Select(passage => passage.ToImmutableArray())];

    /// <summary>Number of leading passages for a share: all for 1, and at least one for more than 0.</summary>
    public static int LeadingCount(int passages, double share) =>
        share == 0 ? 0 : Math.Clamp((int)Math.Round(passages * share), 1, passages);

    /// <summary>Takes at most this many passages, evenly spread.</summary>
    public static ImmutableArray<ImmutableArray<ModelSample>> Spread(ImmutableArray<ImmutableArray<ModelSample>> passages, int most) =>
        passages.Length <= most ? passages : [.. Enumerable.Range(0, most).Select(i => passages[(int)((long)i * passages.Length / most)])];
}
