using System.Collections.Immutable;
using VampNet.Onnx.Quantization.Calibration;

namespace VampNet.Onnx.Quantization;

/// <summary>Options of <see cref="Float16Quantizer"/>.</summary>
public sealed record Float16Options
{
    /// <summary>Which nodes to touch; all by default.</summary>
    public NodeSelection Selection { get; init; } = new();

    /// <summary>What activations were seen to reach, by name. Without ranges, activations are trusted to fit.</summary>
    public IReadOnlyDictionary<string, ActivationRange> Ranges { get; init; } = ImmutableDictionary<string, ActivationRange>.Empty;
}
