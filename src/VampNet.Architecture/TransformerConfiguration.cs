using System.Collections.Immutable;
using VampNet.Checkpoints.Metadata;

namespace VampNet.Architecture;

/// <summary>
/// The shape of a VampNet transformer, read from a checkpoint's <c>metadata.kwargs</c>. Immutable; equal when every number is equal.
/// Source: hugofloresgarcia/vampnet 72e2675, <c>VampNet.__init__</c>.
/// </summary>
public sealed record TransformerConfiguration
{
    /// <summary>The number of transformer layers (<c>n_layers</c>); at least 1.</summary>
    public required int Layers { get; init; }

    /// <summary>The number of attention heads H (<c>n_heads</c>); divides <see cref="EmbeddingDim"/>.</summary>
    public required int Heads { get; init; }

    /// <summary>The model width D (<c>embedding_dim</c>).</summary>
    public required int EmbeddingDim { get; init; }

    /// <summary>The number of codebooks C of the input (<c>n_codebooks</c>).</summary>
    public required int Codebooks { get; init; }

    /// <summary>The number of leading codebooks that are given, not predicted (<c>n_conditioning_codebooks</c>); 0 to C - 1.</summary>
    public required int ConditioningCodebooks { get; init; }

    /// <summary>The width of one codebook's rows (<c>latent_dim</c>).</summary>
    public required int LatentDim { get; init; }

    /// <summary>The number of entries V of each codebook (<c>vocab_size</c>), MASK not counted.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>The dropout probability in training (<c>dropout</c>); 0 inclusive to 1 exclusive. Inference ignores it.</summary>
    public double Dropout { get; init; } = 0.1;

    /// <summary>The kind of self-attention. It is not among the settings; <see cref="ModelBinder"/> detects it by the tensors.</summary>
    public AttentionKind Attention { get; init; }

    /// <summary>The control signals of newer checkpoints (<c>ctrl_dims</c>): the width of each, by name.</summary>
    public ImmutableSortedDictionary<string, int> ControlDims { get; init; } = ImmutableSortedDictionary<string, int>.Empty;

    /// <summary>The number of predicted codebooks P: C less the conditioning ones.</summary>
    public int PredictedCodebooks => Codebooks - ConditioningCodebooks;

    /// <summary>The width of one attention head: D / H.</summary>
    public int HeadDim => EmbeddingDim / Heads;

    /// <summary>The token that stands for "to be generated": V, one past the last entry.</summary>
    public int MaskToken => VocabularySize;

    /// <summary>Whether this is a coarse or a coarse-to-fine model.</summary>
    public ModelRole Role => ConditioningCodebooks == 0 ? ModelRole.Coarse : ModelRole.CoarseToFine;

    /// <summary>Reads the configuration of a transformer from a checkpoint's metadata.</summary>
    /// <param name="metadata">The checkpoint's metadata: a mapping that holds <c>kwargs</c>.</param>
    /// <param name="name">Name of the checkpoint in messages, such as its path.</param>
    /// <param name="ignoredKeys">The keys of <c>kwargs</c> that say nothing about the model's function, in file order.</param>
    /// <exception cref="ArchitectureException">VNA0101 to VNA0105: no kwargs; keys are missing, malformed, contradictory or
    /// unsupported.</exception>
    public static TransformerConfiguration FromMetadata(MetadataValue metadata, string name, out ImmutableArray<string> ignoredKeys)
    {
        KwargsReader kwargs = KwargsReader.Open(metadata, name, "VampNet transformer");
        var configuration = new TransformerConfiguration
        {
            Layers = kwargs.Integer("n_layers", 1, 1024),
            Heads = kwargs.Integer("n_heads", 1, 1024),
            EmbeddingDim = kwargs.Integer("embedding_dim", 1, 16384),
            Codebooks = kwargs.Integer("n_codebooks", 1, 1024),
            ConditioningCodebooks = kwargs.Integer("n_conditioning_codebooks", 0, 1023),
            LatentDim = kwargs.Integer("latent_dim", 1, 16384),
            VocabularySize = kwargs.Integer("vocab_size", 1, 1 << 24),
            Dropout = kwargs.OptionalReal("dropout", 0.1, 0, 0.999),
            ControlDims = kwargs.OptionalIntegerMap("ctrl_dims", 1, 1 << 20),
        };
        kwargs.RequireIfPresent("noise_mode", "mask");
        kwargs.RequireIfPresent("r_cond_dim", 0);
        ignoredKeys = kwargs.Finish();
        configuration.Validate(kwargs);
        return configuration;
    }

    /// <summary>Reads the configuration of a transformer from a checkpoint's metadata.</summary>
    /// <inheritdoc cref="FromMetadata(MetadataValue, string, out ImmutableArray{string})"/>
    public static TransformerConfiguration FromMetadata(MetadataValue metadata) => FromMetadata(metadata, "checkpoint", out _);

    /// <summary>The configuration as compact JSON with upstream's key names, in a fixed order: equal configurations give equal
    /// bytes.</summary>
    public string ToJson() =>
        CanonicalJson.Write(json =>
        {
            json.WriteNumber("n_layers", Layers);
            json.WriteNumber("n_heads", Heads);
            json.WriteNumber("embedding_dim", EmbeddingDim);
            json.WriteNumber("n_codebooks", Codebooks);
            json.WriteNumber("n_conditioning_codebooks", ConditioningCodebooks);
            json.WriteNumber("latent_dim", LatentDim);
            json.WriteNumber("vocab_size", VocabularySize);
            // Settings that released models do not have are left out, so that their configurations stay the same.
            if (Attention == AttentionKind.Flash)
            {
                json.WriteBoolean("flash_attn", true);
            }

            if (!ControlDims.IsEmpty)
            {
                json.WriteStartObject("ctrl_dims");
                foreach ((string name, int width) in ControlDims)
                {
                    json.WriteNumber(name, width);
                }

                json.WriteEndObject();
            }
        });

    /// <inheritdoc/>
    public bool Equals(TransformerConfiguration? other) =>
        other is not null && ToJson() == other.ToJson() && Dropout.Equals(other.Dropout) && ControlDims.SequenceEqual(other.ControlDims);

    /// <inheritdoc/>
    public override int GetHashCode() => ToJson().GetHashCode(StringComparison.Ordinal);

    private void Validate(KwargsReader kwargs)
    {
        if (EmbeddingDim % Heads != 0)
        {
            throw kwargs.Contradiction($"embedding_dim {EmbeddingDim} with n_heads {Heads}", "embedding_dim to be a multiple of n_heads");
        }

        if (ConditioningCodebooks >= Codebooks)
        {
            throw kwargs.Contradiction(
                $"n_conditioning_codebooks {ConditioningCodebooks} with n_codebooks {Codebooks}",
                "fewer conditioning codebooks than codebooks"
            );
        }

        long classifier = (long)VocabularySize * PredictedCodebooks * EmbeddingDim;
        long projection = (long)EmbeddingDim * Codebooks * LatentDim;
        if (Math.Max(classifier, projection) > Array.MaxLength)
        {
            throw kwargs.Contradiction(
                $"a single weight of {Math.Max(classifier, projection)} elements",
                $"at most {Array.MaxLength} elements in one weight"
            );
        }
    }
}
