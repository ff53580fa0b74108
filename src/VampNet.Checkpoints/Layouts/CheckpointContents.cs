using System.Collections.Immutable;
using VampNet.Checkpoints.Metadata;

namespace VampNet.Checkpoints.Layouts;

/// <summary>What every layout is read to.</summary>
internal sealed record CheckpointContents(
    CheckpointLayout Layout,
    ImmutableArray<CheckpointTensor> Tensors,
    MetadataValue Metadata,
    MetadataValue Extras,
    MetadataValue ModuleVersions,
    ImmutableArray<string> Globals
);
