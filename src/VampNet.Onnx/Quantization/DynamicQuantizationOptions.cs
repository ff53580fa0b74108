namespace VampNet.Onnx.Quantization;

/// <summary>How <see cref="DynamicQuantizer"/> works.</summary>
public sealed record DynamicQuantizationOptions
{
    /// <summary>Which nodes to touch; all by default.</summary>
    public NodeSelection Selection { get; init; } = new();

    /// <summary>How many elements of a weight share a scale.</summary>
    public WeightGranularity Granularity { get; init; } = WeightGranularity.PerChannel;

    /// <summary>
    /// Whether weights use 7 bits only, -64 to 63. Processors without VNNI add pairs of products in 16 bits, which saturates
    /// with 8-bit weights; there, this keeps the results right at one bit's cost.
    /// </summary>
    public bool ReduceRange { get; init; }

    /// <summary>Whether embedding tables (the data of Gather) become int8, with a scale for each row or, per tensor, one for the table.</summary>
    public bool EmbeddingTables { get; init; }
}
