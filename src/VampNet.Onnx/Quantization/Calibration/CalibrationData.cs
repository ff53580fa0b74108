using System.Collections.Immutable;
using VampNet.Onnx.Quantization.Refinement;

namespace VampNet.Onnx.Quantization.Calibration;

/// <summary>Measurements of a graph's activations on a calibration set, by the activation's name. Every scheme that needs measurements
/// takes them as this record, and reads those that it needs.</summary>
public sealed record CalibrationData
{
    /// <summary>No measurements.</summary>
    public static CalibrationData None { get; } = new();

    /// <summary>Range of each activation (static INT8, float16). <see cref="StaticQuantizer.ActivationsToCalibrate"/> and
    /// <see cref="Float16Quantizer.ActivationsToCalibrate"/> name the activations.</summary>
    public IReadOnlyDictionary<string, ActivationRange> Ranges { get; init; } = ImmutableDictionary<string, ActivationRange>.Empty;

    /// <summary>Root mean square of each channel of an activation (SmoothQuant). <see cref="ChannelSmoother.ActivationsToMeasure"/> names
    /// the activations.</summary>
    public IReadOnlyDictionary<string, float[]> ChannelSizes { get; init; } = ImmutableDictionary<string, float[]>.Empty;

    /// <summary>Second moments of the channels of an activation (GPTQ), for the same activations as <see cref="ChannelSizes"/>.</summary>
    public IReadOnlyDictionary<string, ChannelMoments> Moments { get; init; } = ImmutableDictionary<string, ChannelMoments>.Empty;
}
