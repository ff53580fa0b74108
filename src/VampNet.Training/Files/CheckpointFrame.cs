using System.Collections.Immutable;
using VampNet.Architecture;
using VampNet.Checkpoints;
using VampNet.Checkpoints.Metadata;
using VampNet.Training.Modules;

namespace VampNet.Training.Files;

/// <summary>The parts of a checkpoint beside the parameters, which a checkpoint of the trained model must keep.</summary>
/// <param name="Metadata">The metadata, without values that only Python could read.</param>
/// <param name="ModuleVersions">PyTorch's version of each module.</param>
/// <param name="Others">Tensors that training leaves alone, such as those of a control encoder.</param>
internal sealed record CheckpointFrame(MetadataValue Metadata, MetadataValue ModuleVersions, ImmutableArray<TensorEntry> Others)
{
    /// <summary>Copies the frame of an open checkpoint, which may be closed afterwards.</summary>
    public static CheckpointFrame Of(Checkpoint checkpoint, TrainableTransformer model)
    {
        HashSet<string> known = [.. model.Parameters().Select(parameter => parameter.Name)];
        return new(
            Plain(checkpoint.Metadata) ?? MetadataValue.EmptyMapping,
            Plain(checkpoint.ModuleVersions) ?? MetadataValue.EmptyMapping,
            [
                .. checkpoint
                    .TensorList.Where(tensor => !known.Contains(tensor.Name))
                    .Select(tensor =>
                    {
                        byte[] bytes = tensor.ToBytes();
                        return new TensorEntry(tensor.Name, tensor.ElementType, tensor.Shape, bytes.CopyTo);
                    }),
            ]
        );
    }

    /// <summary>The frame of a new model for the tokens of another: its metadata with the new numbers, and no tensors.</summary>
    public static CheckpointFrame OfNew(Checkpoint like, TransformerConfiguration configuration)
    {
        Dictionary<string, MetadataValue> numbers = new()
        {
            ["n_layers"] = Number(configuration.Layers),
            ["n_heads"] = Number(configuration.Heads),
            ["embedding_dim"] = Number(configuration.EmbeddingDim),
            // The other model's control encoder has another width, and is not trained here.
            ["ctrl_dims"] = new MetadataValue.None(),
        };
        return new(
            Mapping([
                KeyValuePair.Create<string, MetadataValue>(
                    "kwargs",
                    Mapping([
                        .. ((MetadataValue.Mapping)(Plain(like.Metadata["kwargs"]!) ?? MetadataValue.EmptyMapping)).TextEntries.Select(
                            entry => KeyValuePair.Create(entry.Key, numbers.GetValueOrDefault(entry.Key, entry.Value))
                        ),
                    ])
                ),
            ]),
            MetadataValue.EmptyMapping,
            []
        );
    }

    private static MetadataValue.Integer Number(int value) => new(value);

    private static MetadataValue.Mapping Mapping(IEnumerable<KeyValuePair<string, MetadataValue>> entries) =>
        new([
            .. entries.Select(entry => KeyValuePair.Create<MetadataValue, MetadataValue>(new MetadataValue.Text(entry.Key), entry.Value)),
        ]);

    /// <summary>The value without tensors and unknown objects; null where nothing is left.</summary>
    private static MetadataValue? Plain(MetadataValue value) =>
        value switch
        {
            MetadataValue.Tensor or MetadataValue.Opaque => null,
            MetadataValue.Sequence sequence => new MetadataValue.Sequence(
                sequence.Kind,
                [.. sequence.Items.Select(Plain).OfType<MetadataValue>()]
            ),
            MetadataValue.Mapping mapping => new MetadataValue.Mapping([
                .. mapping
                    .Entries.Select(entry => (Key: Plain(entry.Key), Value: Plain(entry.Value)))
                    .Where(entry => entry is { Key: not null, Value: not null })
                    .Select(entry => KeyValuePair.Create(entry.Key!, entry.Value!)),
            ]),
            _ => value,
        };
}
