namespace VampNet.Export;

/// <summary>The provenance and the licence of an exported graph's weights.</summary>
/// <param name="CheckpointSha256">SHA-256 of the model's checkpoint file, lower-case hexadecimal.</param>
/// <param name="CodecSha256">SHA-256 of the codec's checkpoint file, whose codebooks a transformer holds; null for the codec
/// itself.</param>
/// <param name="LoraSha256">SHA-256 of the LoRA file laid over the checkpoint, or null when there is none.</param>
/// <param name="WeightLicense">The licence of the weights, an SPDX expression where one exists, or "unstated".</param>
public sealed record ExportProvenance(string CheckpointSha256, string? CodecSha256, string? LoraSha256, string WeightLicense)
{
    /// <summary>The checkpoint file's name, for the manifest; graphs do not hold it.</summary>
    public string? CheckpointFile { get; init; }

    /// <summary>The name of the codec's file; null for the codec itself.</summary>
    public string? CodecFile { get; init; }

    /// <summary>The name of the LoRA file, or null when there is none.</summary>
    public string? LoraFile { get; init; }
}
