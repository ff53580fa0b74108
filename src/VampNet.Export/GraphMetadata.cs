using VampNet.Architecture;
using VampNet.Models;

namespace VampNet.Export;

/// <summary>The metadata_props of an exported graph.</summary>
internal static class GraphMetadata
{
    /// <summary>The codec family's name within graphs.</summary>
    public static string NameOf(CodecFamily family) => family == CodecFamily.Dac ? "dac" : "lac";

    /// <summary>Keys and values for one graph, in the order in which they are written.</summary>
    /// <param name="configurationJson">The model's configuration, with upstream's key names.</param>
    /// <param name="options">The options of the export.</param>
    public static IEnumerable<(string Key, string Value)> Describe(string configurationJson, ExportOptions options)
    {
        if (options.Provenance is { } provenance)
        {
            yield return (MetadataKeys.CheckpointSha256, provenance.CheckpointSha256);
            if (provenance.CodecSha256 is { } codec)
            {
                yield return (MetadataKeys.CodecSha256, codec);
            }

            if (provenance.LoraSha256 is { } lora)
            {
                yield return (MetadataKeys.LoraSha256, lora);
            }
        }

        yield return (MetadataKeys.Configuration, configurationJson);
        yield return (MetadataKeys.Pipeline, $"bind > emit(opset={options.Opset},target={options.Target.ToString().ToLowerInvariant()})");
        yield return (MetadataKeys.Tool, $"{MetadataKeys.ToolName} {MetadataKeys.ToolVersion}");
        if (options.Provenance is { WeightLicense: var license })
        {
            yield return (MetadataKeys.WeightLicense, license);
        }
    }
}
