using System.Text.Json.Nodes;

namespace VampNet.Models;

/// <summary>One exported model in a manifest.</summary>
/// <param name="Graph">The file of its graph.</param>
/// <param name="Ledger">The file that says where every checkpoint tensor went.</param>
/// <param name="Configuration">The model's configuration, with upstream's key names.</param>
/// <param name="CheckpointSha256">SHA-256 of the checkpoint file.</param>
/// <param name="CodecSha256">SHA-256 of the codec's checkpoint file; null for the codec's own graphs.</param>
/// <param name="LoraSha256">SHA-256 of the LoRA file; null when none was laid over.</param>
public sealed record ManifestModel(
    string Graph,
    string Ledger,
    JsonObject Configuration,
    string CheckpointSha256,
    string? CodecSha256 = null,
    string? LoraSha256 = null
);
