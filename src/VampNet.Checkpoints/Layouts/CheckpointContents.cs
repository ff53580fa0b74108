using System.Collections.Immutable;
using VampNet.Checkpoints.Metadata;

namespace VampNet.Checkpoints.Layouts;

/// <summary>The contents of a checkpoint, whatever its format.</summary>
internal sealed record CheckpointContents(
    CheckpointLayout Layout,
    ImmutableArray<CheckpointTensor> Tensors,
    MetadataValue Metadata,
    MetadataValue Extras,
    MetadataValue ModuleVersions,
    ImmutableArray<string> Globals
);
