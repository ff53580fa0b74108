namespace VampNet.Models;

/// <summary>The keys of an exported graph's metadata_props, and their values.</summary>
public static class MetadataKeys
{
    /// <summary>The model's configuration as JSON, with upstream's key names.</summary>
    public const string Configuration = "vampnet.configuration";

    /// <summary>SHA-256 of the checkpoint file.</summary>
    public const string CheckpointSha256 = "vampnet.checkpoint_sha256";

    /// <summary>SHA-256 of the codec's checkpoint file, in a transformer's graph.</summary>
    public const string CodecSha256 = "vampnet.codec_sha256";

    /// <summary>SHA-256 of the LoRA file, if one was merged into the checkpoint.</summary>
    public const string LoraSha256 = "vampnet.lora_sha256";

    /// <summary>The steps that made the graph from the checkpoint, separated by " > ".</summary>
    public const string Pipeline = "vampnet.pipeline";

    /// <summary>The tool that wrote the graph, with its version.</summary>
    public const string Tool = "vampnet.tool";

    /// <summary>The scheme of a quantized graph, such as static.</summary>
    public const string QuantizationScheme = "vampnet.quantization.scheme";

    /// <summary>The licence of the weights.</summary>
    public const string WeightLicense = "vampnet.weight_license";

    /// <summary>The tool's name, the graphs' producer.</summary>
    public const string ToolName = "VampNet.Toolchain";

    /// <summary>The tool's version, as in the package.</summary>
    public static string ToolVersion { get; } = typeof(MetadataKeys).Assembly.GetName().Version!.ToString(3);
}
