using VampNet.Architecture;
using VampNet.Onnx;

namespace VampNet.Export.Codec;

/// <summary>
/// Residual vector quantization. Upstream repeats, per codebook i, with the residual r starting at z:
/// <code>
/// e = in_i(r);  code = argmax over rows of cosine(e, row);  r -= out_i(row[code])
/// </code>
/// in_j is affine, so it can be applied to the whole of z first and to the subtracted rows at export:
/// <code>
/// in_j(z - Σ out_i(row)) = in_j(z) - Σ W_j out_i(row)
/// </code>
/// The graph therefore keeps all codebooks' projections side by side, C * codebook_dim numbers per frame, and subtracts
/// one row of a small table per codebook. The length of e does not change which cosine is largest, so only the rows are
/// normalised, at export. The first of equal maxima wins, as upstream.
/// Source: hugofloresgarcia/lac 7761206, <c>ResidualVectorQuantize.forward</c>.
/// </summary>
internal static class ResidualSearchEmitter
{
    /// <summary>z [B,latent,T] to codes int64 [B,C,T].</summary>
    public static Value Emit(Module quantizer, Value z, CodecConfiguration configuration)
    {
        GraphBuilder graph = quantizer.Graph;
        QuantizerWeights weights = new(quantizer, configuration);
        Value projected = quantizer.Op(
            "Conv",
            "projected",
            [z, weights.Stacked("in_proj.weight"), weights.Stacked("in_proj.bias")],
            ("kernel_shape", new long[] { 1 })
        );
        Value byFrame = quantizer.Op("Transpose", "by_frame", [projected], ("perm", new long[] { 0, 2, 1 }));
        Value latents = quantizer.Op("Unsqueeze", "latents", [byFrame, graph.Constant([2L])]);
        var codes = new Value[configuration.Codebooks];
        for (int i = 0; i < codes.Length; i++)
        {
            Module codebook = quantizer["quantizers"][i];
            Value similarity = codebook.Op("MatMul", "similarity", [latents, weights.NormalizedCodebook(i)]);
            codes[i] = codebook.Op("ArgMax", "code", [similarity], ("axis", 3), ("keepdims", 0));
            if (i + 1 < codes.Length)
            {
                Value step = codebook.Op("Gather", "step", [weights.Steps(i), codes[i]], ("axis", 0));
                latents = codebook.Op("Sub", "residual", [latents, step]);
            }
        }

        Value joined = quantizer.Op("Concat", "codes_by_frame", codes, ("axis", 2));
        return quantizer.Op("Transpose", "codes", [joined], ("perm", new long[] { 0, 2, 1 }));
    }
}
