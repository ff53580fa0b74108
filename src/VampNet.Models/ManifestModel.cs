using System.Text.Json.Nodes;

namespace VampNet.Models;

/// <summary>One exported model in a manifest.</summary>
/// <param name="Graph">The file of its graph.</param>
/// <param name="Ledger">The file that says where every checkpoint tensor went.</param>
/// <param name="Configuration">The model's configuration, with upstream's key names.</param>
/// <param name="CheckpointSha256">SHA-256 of the checkpoint file.</param>
/// <param name="CodecSha256">SHA-256 of the codec's checkpoint file; null for the codec's own graphs.</param>
/// <param name="LoraSha256">SHA-256 of the LoRA file; null if none was merged.</param>
/// <param name="CheckpointFile">The checkpoint file's name, with its folders within a training run; null in manifests of earlier
/// versions.</param>
/// <param name="CodecFile">The name of the codec's file; null for the codec's own graphs.</param>
/// <param name="LoraFile">The name of the LoRA file; null if none was merged.</param>
/// <param name="ChunkSeconds">The seconds of music that a transformer sees at once, if given to the export; null for upstream's
/// lengths.</param>
public sealed record ManifestModel(
    string Graph,
    string Ledger,
    JsonObject Configuration,
    string CheckpointSha256,
    string? CodecSha256 = null,
    string? LoraSha256 = null,
    string? CheckpointFile = null,
    string? CodecFile = null,
    string? LoraFile = null,
    double? ChunkSeconds = null
);
