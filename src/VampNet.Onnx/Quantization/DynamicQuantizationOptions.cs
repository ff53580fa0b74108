using System.Collections.Immutable;
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

    /// <summary>
    /// The second moments of the channels of activations, by the activation's name. Weights that multiply one of these activations are
    /// rounded by GPTQ; all others to the nearest integer.
    /// </summary>
    public IReadOnlyDictionary<string, ChannelMoments> Moments { get; init; } = ImmutableDictionary<string, ChannelMoments>.Empty;
}
