using System.Collections.Immutable;
using System.Globalization;
using VampNet.Inference.Inputs;

namespace VampNet.Quantization.Judging;

/// <summary>The real inputs that a graph is judged on.</summary>
public sealed record JudgedMusic
{
    /// <summary>Recordings and code files, and folders of them; at least one.</summary>
    public required ImmutableArray<string> Paths { get; init; }

    /// <summary>At most how many passages to take, spread evenly over all; a transformer sees each at several mask ratios.</summary>
    public int MostPassages { get; init; } = 20;

    /// <summary>The part of the passages, from the first on, that is left out because ranges were measured on it: 0 to less than
    /// 1.</summary>
    public double Skip { get; init; }

    /// <summary>One line that names the set.</summary>
    public string Description =>
        string.Join(", ", Paths.Select(path => Path.GetFileName(path.TrimEnd('/', '\\'))))
        + (Skip > 0 ? string.Create(CultureInfo.InvariantCulture, $", behind the first {Skip:0%} that ranges were measured on") : "");

    /// <summary>The samples for a graph; none when all of the music is left out.</summary>
    /// <exception cref="Inference.InferenceException">VNI0302: nothing in the paths fits the graph's inputs.</exception>
    internal ImmutableArray<ModelSample> Samples(SampleMaker maker, int extent)
    {
        ImmutableArray<ImmutableArray<ModelSample>> all = PassageList.Of(maker.FromFiles(Paths, extent));
        ImmutableArray<ImmutableArray<ModelSample>> left = all.RemoveRange(0, PassageList.LeadingCount(all.Length, Skip));
        return [.. PassageList.Spread(left, MostPassages).SelectMany(passage => passage)];
    }
}
