using System.Globalization;
using VampNet.Inference.Inputs;
using VampNet.Onnx.Quantization.Calibration;

namespace VampNet.Quantization.Calibration;

/// <summary>The calibration set, on which ranges and channel moments are measured.</summary>
public sealed record CalibrationSource
{
    /// <summary>WAV files or tensor files: one of them, or a folder. Null for seeded inputs.</summary>
    public string? Path { get; init; }

    /// <summary>How many seeded inputs, when there is no path.</summary>
    public int SeededSamples { get; init; } = 8;

    /// <summary>The first seed.</summary>
    public ulong FirstSeed { get; init; } = 1;

    /// <summary>How a range is chosen.</summary>
    public CalibrationMethod Method { get; init; } = CalibrationMethod.MinMax;

    /// <summary>One line that names the set and the method, kept in the model.</summary>
    public string Description => $"{Set}, {Method}";

    /// <summary>What names the set alone, where no range is chosen.</summary>
    public string Set =>
        Path is null
            ? string.Create(CultureInfo.InvariantCulture, $"{SeededSamples} seeded inputs from seed {FirstSeed}")
            : System.IO.Path.GetFileName(Path.TrimEnd('/', '\\'));

    internal IEnumerable<ModelSample> Samples(SampleMaker maker, int extent) =>
        Path is null ? maker.Seeded(FirstSeed, SeededSamples, extent) : maker.FromFiles(Path, extent);
}
