using System.Collections.Immutable;
using VampNet.Architecture.Binding;
using VampNet.Checkpoints;

namespace VampNet.Architecture;

/// <summary>
/// Binds checkpoints to models. A binding succeeds only when every parameter of the model was found, with the right shape,
/// and every tensor of the files is used or left out for a stated reason.
/// </summary>
public static class ModelBinder
{
    /// <summary>Binds a coarse or coarse-to-fine transformer together with the codebook tables of its codec.</summary>
    /// <param name="transformer">A checkpoint as upstream saves it, LoRA unmerged or merged.</param>
    /// <param name="codec">The codec the transformer was trained on.</param>
    /// <param name="lora">LoRA tensors alone, to lay over the transformer before merging; they replace its own.</param>
    /// <param name="expected">The role the caller wants the checkpoint for; null accepts both.</param>
    /// <exception cref="ArchitectureException">
    /// VNA0101 to VNA0105: a configuration is missing or unusable. VNA0201: tensors are missing, unexpected, misshapen or mistyped,
    /// all listed. VNA0202: the transformer has the other role. VNA0203: the codec does not fit the transformer.
    /// VNA0204: a file holds a model of another family. VNA0206: the transformer has an attention of a kind that is not known.
    /// </exception>
    public static BoundTransformer BindTransformer(
        Checkpoint transformer,
        Checkpoint codec,
        Checkpoint? lora = null,
        ModelRole? expected = null
    )
    {
        ArgumentNullException.ThrowIfNull(transformer);
        ArgumentNullException.ThrowIfNull(codec);
        ModelFamilies.RequireTransformer(transformer);
        CodecConfiguration codecConfiguration = CodecSource.Read(codec).Configuration;
        TransformerConfiguration configuration = TransformerConfiguration.FromMetadata(
            transformer.Metadata,
            transformer.Path,
            out ImmutableArray<string> ignoredKeys
        ) with
        {
            Attention = AttentionKinds.Identify(transformer),
        };
        RequireRole(configuration, transformer, expected);
        RequireFit(configuration, transformer, codecConfiguration, codec);
        (IReadOnlyDictionary<string, BoundWeight> weights, BindingLedger ledger) = new TransformerBinding(
            configuration,
            transformer,
            codec,
            lora
        ).Bind();
        return new BoundTransformer(configuration, weights, ledger, ignoredKeys);
    }

    /// <summary>Binds a LAC or DAC codec.</summary>
    /// <param name="codec">A checkpoint or package as upstream saves it, or the model.safetensors of a DacModel.</param>
    /// <param name="codebooks">Bind only the first N codebooks; null for all.</param>
    /// <exception cref="ArchitectureException">VNA0101 to VNA0106 and VNA0201, as for a transformer. VNA0204: another family. VNA0205: the
    /// codec has fewer codebooks.</exception>
    public static BoundCodec BindCodec(Checkpoint codec, int? codebooks = null)
    {
        ArgumentNullException.ThrowIfNull(codec);
        CodecSource source = CodecSource.Read(codec);
        int available = source.Configuration.Codebooks;
        if (codebooks is { } asked && (asked < 1 || asked > available))
        {
            throw new ArchitectureException(
                ArchitectureErrorIds.TooFewCodebooks,
                found: $"{available} codebooks in {codec.Path} where the first {asked} are asked for",
                expected: $"a number from 1 to {available}"
            );
        }

        CodecConfiguration configuration = source.Configuration with { Codebooks = codebooks ?? available };
        (IReadOnlyDictionary<string, BoundWeight> weights, BindingLedger ledger) = new CodecBinding(source, configuration).Bind();
        return new BoundCodec(configuration, weights, ledger, source.IgnoredKeys);
    }

    private static void RequireRole(TransformerConfiguration configuration, Checkpoint transformer, ModelRole? expected)
    {
        if (expected is not null && expected != configuration.Role)
        {
            string wanted =
                expected == ModelRole.Coarse
                    ? "a coarse model: n_conditioning_codebooks 0"
                    : "a coarse-to-fine model: n_conditioning_codebooks 1 or more";
            throw new ArchitectureException(
                ArchitectureErrorIds.RoleExchanged,
                found: $"n_conditioning_codebooks {configuration.ConditioningCodebooks} of {configuration.Codebooks} codebooks in "
                    + $"{transformer.Path}",
                expected: $"{wanted}",
                advice: "Exchange the two files"
            );
        }
    }

    private static void RequireFit(
        TransformerConfiguration configuration,
        Checkpoint transformer,
        CodecConfiguration codec,
        Checkpoint codecFile
    )
    {
        List<string> misfits = [];
        if (codec.CodebookSize != configuration.VocabularySize)
        {
            misfits.Add($"codebook_size {codec.CodebookSize} for vocab_size {configuration.VocabularySize}");
        }

        if (codec.CodebookDim != configuration.LatentDim)
        {
            misfits.Add($"codebook_dim {codec.CodebookDim} for latent_dim {configuration.LatentDim}");
        }

        if (codec.Codebooks < configuration.Codebooks)
        {
            misfits.Add($"{codec.Codebooks} codebooks for a model of {configuration.Codebooks}");
        }

        if (misfits.Count > 0)
        {
            throw new ArchitectureException(
                ArchitectureErrorIds.CodecMismatch,
                found: $"{ModelFamilies.Describe(ModelFamilies.Identify(codecFile))} in {codecFile.Path} that does not fit "
                    + $"{transformer.Path}: {string.Join(", ", misfits)}",
                expected: "the codec the transformer was trained on",
                advice: "Name that codec"
            );
        }
    }
}
