using System.Collections.Immutable;

namespace VampNet.Architecture;

/// <summary>
/// The parameters of a VampNet transformer, generated from its configuration, in upstream's order and with upstream's names.
/// Source: hugofloresgarcia/vampnet 72e2675, <c>vampnet.modules.transformer</c>.
/// </summary>
public static class TransformerManifest
{
    /// <summary>The rank of every LoRA update: upstream's constant <c>LORA_R</c>.</summary>
    public const int LoraRank = 8;

    /// <summary>Factor of B @ A when merged: alpha / r, with loralib's default alpha of 1.</summary>
    public const float LoraScale = 1f / LoraRank;

    /// <summary>The parameters of a checkpoint as upstream saves it, LoRA unmerged.</summary>
    public static ImmutableArray<ParameterSpec> WithLora(TransformerConfiguration configuration) => Checkpoint(configuration, lora: true);

    /// <summary>The parameters of a checkpoint whose LoRA was merged, or that never had any.</summary>
    public static ImmutableArray<ParameterSpec> WithoutLora(TransformerConfiguration configuration) =>
        Checkpoint(configuration, lora: false);

    /// <summary>The LoRA tensors alone: what a fine-tuning run saves. <c>w_ks</c> has none.</summary>
    public static ImmutableArray<ParameterSpec> LoraOnly(TransformerConfiguration configuration) =>
        [.. Enumerable.Range(0, configuration.Layers).SelectMany(layer => Linears(configuration, layer)).SelectMany(LoraOf)];

    /// <summary>The weights of the control encoder; empty for models without control signals.</summary>
    public static ImmutableArray<ParameterSpec> ControlEncoder(TransformerConfiguration configuration) =>
        [
            .. configuration.ControlDims.SelectMany(control =>
                new[]
                {
                    ParameterSpec.Of($"ctrl_encoder.ctrl_encoders.{control.Key}.weight", configuration.EmbeddingDim, control.Value),
                    ParameterSpec.Of($"ctrl_encoder.ctrl_encoders.{control.Key}.bias", configuration.EmbeddingDim),
                }
            ),
        ];

    /// <summary>
    /// The parameters a forward pass needs, LoRA merged and weight norm folded: the names and shapes of
    /// <see cref="BoundTransformer.Weights"/>. Kernel axes of length 1 are dropped; the classifier's wrapper is left out of
    /// its path; the codec's tables are <c>embedding.codebooks.{i}</c>.
    /// </summary>
    public static ImmutableArray<ParameterSpec> Merged(TransformerConfiguration configuration)
    {
        int d = configuration.EmbeddingDim;
        int outputs = configuration.VocabularySize * configuration.PredictedCodebooks;
        return
        [
            .. Tables(configuration),
            ParameterSpec.Of("embedding.special.MASK", configuration.Codebooks, configuration.LatentDim),
            ParameterSpec.Of("embedding.out_proj.weight", d, configuration.Codebooks * configuration.LatentDim),
            ParameterSpec.Of("embedding.out_proj.bias", d),
            .. Enumerable.Range(0, configuration.Layers).SelectMany(layer => Layer(configuration, layer, lora: false)),
            ParameterSpec.Of("transformer.norm.weight", d),
            ParameterSpec.Of("classifier.weight", outputs, d),
            ParameterSpec.Of("classifier.bias", outputs),
            .. ControlEncoder(configuration),
        ];
    }

    /// <summary>The codec's tables within <see cref="Merged"/>, by codebook.</summary>
    internal static IEnumerable<ParameterSpec> Tables(TransformerConfiguration configuration) =>
        Enumerable
            .Range(0, configuration.Codebooks)
            .Select(i => ParameterSpec.Of($"embedding.codebooks.{i}", configuration.VocabularySize, configuration.LatentDim));

    /// <summary>Whether a merged weight belongs to a linear layer with a LoRA update. Key projections and the layers of flash attention
    /// have none.</summary>
    internal static bool CarriesLora(string weight) =>
        weight.Contains(".self_attn.w_qs.", StringComparison.Ordinal)
        || weight.Contains(".self_attn.w_vs.", StringComparison.Ordinal)
        || weight.Contains(".self_attn.fc.", StringComparison.Ordinal)
        || weight.Contains(".feed_forward.w_", StringComparison.Ordinal);

    private static ImmutableArray<ParameterSpec> Checkpoint(TransformerConfiguration configuration, bool lora)
    {
        int d = configuration.EmbeddingDim;
        int outputs = configuration.VocabularySize * configuration.PredictedCodebooks;
        return
        [
            ParameterSpec.Of("embedding.special.MASK", configuration.Codebooks, configuration.LatentDim),
            ParameterSpec.Of("embedding.out_proj.weight", d, configuration.Codebooks * configuration.LatentDim, 1),
            ParameterSpec.Of("embedding.out_proj.bias", d),
            .. Enumerable.Range(0, configuration.Layers).SelectMany(layer => Layer(configuration, layer, lora)),
            ParameterSpec.Of("transformer.norm.weight", d),
            ParameterSpec.Of("classifier.layers.0.bias", outputs),
            ParameterSpec.Of("classifier.layers.0.weight_g", outputs, 1, 1),
            ParameterSpec.Of("classifier.layers.0.weight_v", outputs, d, 1),
        ];
    }

    private static IEnumerable<ParameterSpec> Layer(TransformerConfiguration configuration, int layer, bool lora)
    {
        int d = configuration.EmbeddingDim;
        string path = $"transformer.layers.{layer}";
        yield return ParameterSpec.Of($"{path}.norm_1.weight", d);
        foreach (ParameterSpec linear in Attention(configuration, path).SelectMany(Expand))
        {
            yield return linear;
        }

        if (layer == 0 && configuration.Attention == AttentionKind.Relative)
        {
            yield return ParameterSpec.Of(
                $"{path}.self_attn.relative_attention_bias.weight",
                RelativePositionBuckets.Count,
                configuration.Heads
            );
        }

        yield return ParameterSpec.Of($"{path}.norm_3.weight", d);
        foreach (ParameterSpec linear in FeedForward(d, path).SelectMany(Expand))
        {
            yield return linear;
        }

        IEnumerable<ParameterSpec> Expand(ParameterSpec linear) =>
            lora && CarriesLora(linear.Name) ? [linear, .. LoraOf(linear)] : [linear];
    }

    private static IEnumerable<ParameterSpec> Linears(TransformerConfiguration configuration, int layer) =>
        Attention(configuration, $"transformer.layers.{layer}")
            .Concat(FeedForward(configuration.EmbeddingDim, $"transformer.layers.{layer}"))
            .Where(linear => CarriesLora(linear.Name));

    private static IEnumerable<ParameterSpec> Attention(TransformerConfiguration configuration, string path)
    {
        int d = configuration.EmbeddingDim;
        return configuration.Attention == AttentionKind.Relative
            ? new[] { "w_qs", "w_ks", "w_vs", "fc" }.Select(name => ParameterSpec.Of($"{path}.self_attn.{name}.weight", d, d))
            :
            [
                ParameterSpec.Of($"{path}.self_attn.Wqkv.weight", 3 * d, d),
                ParameterSpec.Of($"{path}.self_attn.Wqkv.bias", 3 * d),
                ParameterSpec.Of($"{path}.self_attn.out_proj.weight", d, d),
                ParameterSpec.Of($"{path}.self_attn.out_proj.bias", d),
            ];
    }

    private static IEnumerable<ParameterSpec> FeedForward(int d, string path) =>
        [ParameterSpec.Of($"{path}.feed_forward.w_1.weight", 4 * d, d), ParameterSpec.Of($"{path}.feed_forward.w_2.weight", d, 2 * d)];

    internal static IEnumerable<ParameterSpec> LoraOf(ParameterSpec linear)
    {
        string module = linear.Name[..^".weight".Length];
        yield return ParameterSpec.Of($"{module}.lora_A", LoraRank, linear.Shape[1]);
        yield return ParameterSpec.Of($"{module}.lora_B", linear.Shape[0], LoraRank);
    }
}
