namespace VampNet.Export;

/// <summary>Where an exported graph's weights come from and what may be done with them.</summary>
/// <param name="CheckpointSha256">SHA-256 of the model's checkpoint file, lower-case hexadecimal.</param>
/// <param name="CodecSha256">SHA-256 of the codec's checkpoint file, whose codebooks a transformer holds; null for the codec
/// itself.</param>
/// <param name="LoraSha256">SHA-256 of the LoRA file laid over the checkpoint, or null when there is none.</param>
/// <param name="WeightLicense">The licence of the weights, an SPDX expression where one exists, or "unstated".</param>
public sealed record ExportProvenance(string CheckpointSha256, string? CodecSha256, string? LoraSha256, string WeightLicense);
