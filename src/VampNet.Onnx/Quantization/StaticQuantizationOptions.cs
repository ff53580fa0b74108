using System.Collections.Immutable;
using VampNet.Onnx.Quantization.Calibration;

namespace VampNet.Onnx.Quantization;

/// <summary>Options of <see cref="StaticQuantizer"/>.</summary>
public sealed record StaticQuantizationOptions
{
    /// <summary>The nodes to quantize; every Conv, ConvTranspose, MatMul and Gemm by default. Nodes that a pattern includes are computed in
    /// integers; otherwise ConvTranspose, and products that decide a choice, only have their weights stored as int8.</summary>
    public NodeSelection Selection { get; init; } = new();

    /// <summary>Measurements on the calibration set: the range of each activation that
    /// <see cref="StaticQuantizer.ActivationsToCalibrate"/> names.</summary>
    public CalibrationData Calibration { get; init; } = CalibrationData.None;

    /// <summary>Operators that compute in float32 with weights that lie in the file as int8, restored once when the graph is
    /// loaded.</summary>
    public IReadOnlySet<string> StoredOperators { get; init; } = ImmutableHashSet<string>.Empty;

    /// <summary>Granularity of the scales of weights.</summary>
    public WeightGranularity Granularity { get; init; } = WeightGranularity.PerChannel;

    /// <summary>Whether activations are int8 instead of uint8. ONNX Runtime's convolutions are about half as fast with int8.</summary>
    public bool SignedActivations { get; init; }

    /// <summary>The range of int8 that weights use.</summary>
    public WeightRange WeightRange { get; init; }

    /// <summary>Whether embedding tables (the data of Gather) become int8 too, with a scale for each row or, per tensor, one for the
    /// table.</summary>
    public bool EmbeddingTables { get; init; }

    internal IReadOnlyDictionary<string, ActivationRange> Ranges => Calibration.Ranges;
}
