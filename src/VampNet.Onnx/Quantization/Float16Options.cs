using VampNet.Onnx.Quantization.Calibration;

namespace VampNet.Onnx.Quantization;

/// <summary>Options of <see cref="Float16Quantizer"/>.</summary>
public sealed record Float16Options
{
    /// <summary>The nodes to convert; all by default.</summary>
    public NodeSelection Selection { get; init; } = new();

    /// <summary>Measurements on the calibration set: the ranges of activations. Activations without a range are assumed to fit.</summary>
    public CalibrationData Calibration { get; init; } = CalibrationData.None;

    internal IReadOnlyDictionary<string, ActivationRange> Ranges => Calibration.Ranges;
}
