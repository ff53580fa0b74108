using VampNet.Onnx.Quantization.Calibration;
using VampNet.Onnx.Quantization.Refinement;

namespace VampNet.Onnx.Quantization;

/// <summary>Options of <see cref="DynamicQuantizer"/>.</summary>
public sealed record DynamicQuantizationOptions
{
    /// <summary>The nodes to quantize; all by default.</summary>
    public NodeSelection Selection { get; init; } = new();

    /// <summary>Granularity of the scales: per tensor or per channel.</summary>
    public WeightGranularity Granularity { get; init; } = WeightGranularity.PerChannel;

    /// <summary>The range of int8 that weights use.</summary>
    public WeightRange WeightRange { get; init; }

    /// <summary>Whether embedding tables (the data of Gather) become int8, with a scale for each row or, per tensor, one for the
    /// table.</summary>
    public bool EmbeddingTables { get; init; }

    /// <summary>Measurements on the calibration set: the second moments of activations. Weights that multiply one of these activations are
    /// rounded by GPTQ; all others to the nearest integer.</summary>
    public CalibrationData Calibration { get; init; } = CalibrationData.None;

    internal IReadOnlyDictionary<string, ChannelMoments> Moments => Calibration.Moments;
}
