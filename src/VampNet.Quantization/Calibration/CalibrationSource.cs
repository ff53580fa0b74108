using System.Collections.Immutable;
using System.Globalization;
using VampNet.Inference.Inputs;
using VampNet.Onnx.Quantization.Calibration;
using VampNet.Quantization.Judging;

namespace VampNet.Quantization.Calibration;

/// <summary>The calibration set, on which ranges and channel moments are measured.</summary>
public sealed record CalibrationSource
{
    /// <summary>Recordings and tensor files, and folders of them. Empty for seeded inputs.</summary>
    public ImmutableArray<string> Paths { get; init; } = [];

    /// <summary>Largest number of passages to take from the paths, spread evenly over all.</summary>
    public int MostPassages { get; init; } = int.MaxValue;

    /// <summary>The part of the passages, from the first on, that is taken, above 0 to 1: the rest is left to be judged on.</summary>
    public double Share { get; init; } = 1;

    /// <summary>Whether seeded inputs were requested explicitly. Without it, the ranges of a graph that takes sound or latents are
    /// not measured on them.</summary>
    public bool AcceptsSeeds { get; init; }

    /// <summary>Number of seeded inputs, when there is no path.</summary>
    public int SeededSamples { get; init; } = 8;

    /// <summary>The first seed.</summary>
    public ulong FirstSeed { get; init; } = 1;

    /// <summary>Method that chooses a range.</summary>
    public CalibrationMethod Method { get; init; } = CalibrationMethod.MinMax;

    /// <summary>Whether inputs come from seeds, not from files.</summary>
    public bool IsSeeded => Paths.IsEmpty;

    /// <summary>One line that names the set and the method, kept in the model.</summary>
    public string Description => $"{Set}, {Method}";

    /// <summary>Names the set without a method, where no range is chosen.</summary>
    public string Set =>
        IsSeeded
            ? string.Create(CultureInfo.InvariantCulture, $"{SeededSamples} seeded inputs from seed {FirstSeed}")
            : string.Join(", ", Paths.Select(path => Path.GetFileName(path.TrimEnd('/', '\\'))))
                + (Share < 1 ? string.Create(CultureInfo.InvariantCulture, $" (the first {Share:0%})") : "");

    internal IEnumerable<ModelSample> Samples(SampleMaker maker, int extent)
    {
        if (IsSeeded)
        {
            return maker.Seeded(FirstSeed, SeededSamples, extent);
        }

        if (Share == 1 && MostPassages == int.MaxValue)
        {
            return maker.FromFiles(Paths, extent);
        }

        ImmutableArray<ImmutableArray<ModelSample>> all = PassageList.Of(maker.FromFiles(Paths, extent));
        ImmutableArray<ImmutableArray<ModelSample>> taken = [.. all.Take(PassageList.LeadingCount(all.Length, Share))];
        return PassageList.Spread(taken, MostPassages).SelectMany(passage => passage);
    }
}
