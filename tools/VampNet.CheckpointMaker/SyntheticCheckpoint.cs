using System.Collections.Immutable;
using System.Runtime.InteropServices;
using VampNet.Architecture;
using VampNet.Checkpoints;
using VampNet.Checkpoints.Metadata;

namespace VampNet.CheckpointMaker;

/// <summary>A checkpoint with upstream's names, order, shapes and metadata, and random weights. Equal seeds give equal bytes on every
/// machine.</summary>
/// <param name="Tensors">The state dict in upstream's order. A tensor's values are made when it is written.</param>
/// <param name="Metadata">Metadata that upstream saves beside the tensors.</param>
public sealed record SyntheticCheckpoint(ImmutableArray<TensorEntry> Tensors, MetadataValue Metadata)
{
    /// <summary>The number of elements of all tensors.</summary>
    public long ParameterCount => Tensors.Sum(tensor => tensor.ElementCount);

    /// <summary>A transformer with its LoRA unmerged and not zero.</summary>
    public static SyntheticCheckpoint Of(TransformerConfiguration configuration, ulong seed) =>
        new(
            Entries(TransformerManifest.WithLora(configuration), seed),
            Kwargs(
                ("n_heads", Integer(configuration.Heads)),
                ("n_layers", Integer(configuration.Layers)),
                ("r_cond_dim", Integer(0)),
                ("n_codebooks", Integer(configuration.Codebooks)),
                ("n_conditioning_codebooks", Integer(configuration.ConditioningCodebooks)),
                ("latent_dim", Integer(configuration.LatentDim)),
                ("embedding_dim", Integer(configuration.EmbeddingDim)),
                ("vocab_size", Integer(configuration.VocabularySize)),
                ("flash_attn", new MetadataValue.Boolean(false)),
                ("noise_mode", new MetadataValue.Text("mask")),
                ("dropout", new MetadataValue.Real(configuration.Dropout)),
                ("ctrl_dims", new MetadataValue.None()),
                ("cfg_dropout_prob", new MetadataValue.Real(0.2)),
                ("cond_dim", Integer(0))
            )
        );

    /// <summary>A codec, its convolutions as direction and magnitude.</summary>
    public static SyntheticCheckpoint Of(CodecConfiguration configuration, ulong seed) =>
        new(
            Entries(CodecManifest.WithWeightNorm(configuration), seed),
            Kwargs([
                ("encoder_dim", Integer(configuration.EncoderDim)),
                ("encoder_rates", Integers(configuration.EncoderRates)),
                // LAC has no such setting.
                .. new[] { ("latent_dim", (MetadataValue)Integer(configuration.LatentDim)) }.Where(_ =>
                    configuration.Family == CodecFamily.Dac
                ),
                ("decoder_dim", Integer(configuration.DecoderDim)),
                ("decoder_rates", Integers(configuration.DecoderRates)),
                ("n_codebooks", Integer(configuration.Codebooks)),
                ("codebook_size", Integer(configuration.CodebookSize)),
                ("codebook_dim", Integer(configuration.CodebookDim)),
                ("quantizer_dropout", new MetadataValue.Boolean(false)),
                ("sample_rate", Integer(configuration.SampleRate)),
            ])
        );

    /// <summary>Writes the checkpoint, tensor by tensor; the file appears under its name when complete.</summary>
    public void Write(string path) => PthWriter.WriteFile(path, Tensors, Metadata);

    private static ImmutableArray<TensorEntry> Entries(ImmutableArray<ParameterSpec> parameters, ulong seed) =>
        [
            .. parameters.Select(parameter => new TensorEntry(
                parameter.Name,
                TensorElementType.Float32,
                [.. parameter.Shape.Select(extent => (long)extent)],
                bytes => SyntheticWeights.Fill(parameter, seed, MemoryMarshal.Cast<byte, float>(bytes))
            )),
        ];

    private static MetadataValue.Mapping Kwargs(params (string Key, MetadataValue Value)[] entries) =>
        Mapping(("kwargs", Mapping(entries)));

    private static MetadataValue.Mapping Mapping(params (string Key, MetadataValue Value)[] entries) =>
        new([
            .. entries.Select(entry => KeyValuePair.Create<MetadataValue, MetadataValue>(new MetadataValue.Text(entry.Key), entry.Value)),
        ]);

    private static MetadataValue.Integer Integer(int value) => new(value);

    private static MetadataValue.Sequence Integers(ImmutableArray<int> values) =>
        new(MetadataValue.SequenceKind.List, [.. values.Select(value => (MetadataValue)Integer(value))]);
}
