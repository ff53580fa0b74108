using VampNet.Architecture;
using VampNet.Onnx;

namespace VampNet.Export.Transformer;

/// <summary>
/// Codes to embeddings. The codec's codebooks, each followed by its MASK row, lie in one table [C*(V+1), latent]; adding
/// i*(V+1) to codebook i's codes makes one lookup of all of them. A code outside 0..V reads a row of another codebook:
/// the caller checks the range.
/// </summary>
internal static class EmbeddingEmitter
{
    /// <summary>codes int64 [B,C,T] to [B,T,D].</summary>
    public static Value Emit(Module embedding, Value codes, TransformerConfiguration configuration)
    {
        int rows = configuration.VocabularySize + 1;
        GraphBuilder graph = embedding.Graph;
        Value byFrame = embedding.Op("Transpose", "codes_by_frame", [codes], ("perm", new long[] { 0, 2, 1 }));
        Value offsets = graph.Constant([.. Enumerable.Range(0, configuration.Codebooks).Select(i => (long)i * rows)]);
        Value indices = embedding.Op("Add", "rows", [byFrame, offsets]);
        Value vectors = embedding.Op("Gather", "vectors", [Table(embedding, configuration), indices], ("axis", 0));
        Value latents = embedding.Op(
            "Reshape",
            "latents",
            [vectors, graph.Constant([0L, 0, configuration.Codebooks * configuration.LatentDim])]
        );
        Module projection = embedding["out_proj"];
        Value projected = projection.Op("MatMul", "projected", [latents, projection.TransposedParameter("weight")]);
        return projection.Op("Add", "output", [projected, projection.Parameter("bias")]);
    }

    private static Value Table(Module embedding, TransformerConfiguration configuration)
    {
        BoundWeight masks = embedding.Bound("special.MASK");
        IEnumerable<BoundWeight> parts = Enumerable
            .Range(0, configuration.Codebooks)
            .SelectMany(i => new[] { embedding.Bound($"codebooks.{i}"), masks.SliceRows(i, 1) });
        return embedding.Weight("codebooks", BoundWeight.ConcatRows("embedding.codebooks", [.. parts]));
    }
}
