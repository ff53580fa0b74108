using VampNet.Architecture;
using VampNet.Onnx;

namespace VampNet.Export.Transformer;

/// <summary>
/// The bias that every layer adds to its attention scores. Beyond a distance of 128 frames it is constant, so the learned
/// biases of all distances -128..128 make one table [1,H,257], looked up at clip(key - query, -128, 128) + 128: exact at
/// every T, without the logarithm that defines the buckets.
/// </summary>
internal static class PositionBiasEmitter
{
    /// <summary>codes [B,C,T] to the position bias [1,H,T,T].</summary>
    public static Value Emit(Module attention, Value codes, int heads)
    {
        const int Reach = RelativePositionBuckets.MaxDistance;
        GraphBuilder graph = attention.Graph;
        Module bias = attention["relative_attention_bias"];
        Value frames = bias.Op("Shape", "frames", [codes], ("start", 2), ("end", 3));
        Value count = bias.Op("Squeeze", "frame_count", [frames]);
        Value keys = bias.Op("Range", "keys", [graph.Constant(0L), count, graph.Constant(1L)]);
        Value shift = bias.Op("Sub", "reach_minus_query", [graph.Constant((long)Reach), keys]);
        Value queries = bias.Op("Unsqueeze", "queries", [shift, graph.Constant([1L])]);
        Value distances = bias.Op("Add", "distances", [queries, keys]);
        Value columns = bias.Op("Clip", "columns", [distances, graph.Constant(0L), graph.Constant(2L * Reach)]);
        BoundWeight byDistance = bias.Bound("weight").PermuteRows("bucket-to-distance", RelativePositionBuckets.Table());
        byDistance = byDistance.Transpose(1, 0).Reshape(1, heads, (2 * Reach) + 1);
        return bias.Op("Gather", "position_bias", [bias.Weight("by_distance", byDistance), columns], ("axis", 2));
    }
}
