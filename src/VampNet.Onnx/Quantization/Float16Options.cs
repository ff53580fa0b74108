using System.Collections.Immutable;
using VampNet.Onnx.Quantization.Calibration;

namespace VampNet.Onnx.Quantization;

/// <summary>Options of <see cref="Float16Quantizer"/>.</summary>
public sealed record Float16Options
{
    /// <summary>The nodes to convert; all by default.</summary>
    public NodeSelection Selection { get; init; } = new();

    /// <summary>Measured ranges of activations, by name. Activations without a range are assumed to fit.</summary>
    public IReadOnlyDictionary<string, ActivationRange> Ranges { get; init; } = ImmutableDictionary<string, ActivationRange>.Empty;
}
