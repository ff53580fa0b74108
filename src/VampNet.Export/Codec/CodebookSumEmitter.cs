using VampNet.Architecture;
using VampNet.Onnx;

namespace VampNet.Export.Codec;

/// <summary>
/// Codes to the decoder's input: the sum over codebooks of the row that each code names. The rows are projected at export
/// and lie in one table; adding i*(V+1) to codebook i's codes makes one lookup of all of them. MASK (V) reads as 0. A code
/// outside 0..V reads a row of another codebook: the caller checks the range.
/// </summary>
internal static class CodebookSumEmitter
{
    /// <summary>codes int64 [B,C,T] to z [B,latent,T].</summary>
    public static Value Emit(Module quantizer, Value codes, CodecConfiguration configuration)
    {
        GraphBuilder graph = quantizer.Graph;
        long rows = configuration.CodebookSize + 1;
        Value byFrame = quantizer.Op("Transpose", "codes_by_frame", [codes], ("perm", new long[] { 0, 2, 1 }));
        Value offsets = graph.Constant([.. Enumerable.Range(0, configuration.Codebooks).Select(i => i * rows)]);
        Value indices = quantizer.Op("Add", "rows", [byFrame, offsets]);
        Value vectors = quantizer.Op(
            "Gather",
            "vectors",
            [new QuantizerWeights(quantizer, configuration).OutputRows(), indices],
            ("axis", 0)
        );
        Value sum = quantizer.Op("ReduceSum", "sum", [vectors, graph.Constant([2L])], ("keepdims", 0));
        return quantizer.Op("Transpose", "z", [sum], ("perm", new long[] { 0, 2, 1 }));
    }
}
