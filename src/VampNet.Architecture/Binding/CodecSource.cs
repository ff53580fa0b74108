using System.Collections.Immutable;
using System.Text.Json;
using VampNet.Checkpoints;
using VampNet.Checkpoints.Metadata;

namespace VampNet.Architecture.Binding;

/// <summary>A codec's checkpoint, its configuration, and the names that its family gives the parameters.</summary>
/// <param name="Checkpoint">The open file.</param>
/// <param name="Configuration">The shape of the codec.</param>
/// <param name="IgnoredKeys">Settings that say nothing about the codec's function.</param>
/// <param name="NameOf">The file's name of a parameter of <see cref="CodecManifest.Folded"/>.</param>
internal sealed record CodecSource(
    Checkpoint Checkpoint,
    CodecConfiguration Configuration,
    ImmutableArray<string> IgnoredKeys,
    Func<string, string> NameOf
)
{
    private const string ConfigurationFile = "config.json";

    /// <summary>Recognises the codec's family and reads its configuration.</summary>
    /// <exception cref="ArchitectureException">VNA0101 to VNA0105: the configuration is missing or unusable. VNA0204: another
    /// family.</exception>
    public static CodecSource Read(Checkpoint codec)
    {
        ModelFamily family = ModelFamilies.RequireCodec(codec);
        if (family == ModelFamily.DacModel)
        {
            CodecConfiguration dac = ReadDacModel(codec, out ImmutableArray<string> unused);
            return new CodecSource(codec, dac, unused, name => DacModelNames.OfParameter(name, dac));
        }

        // If no tensor name identifies the family, latent_dim does: LAC has none.
        bool isDac =
            family == ModelFamily.Dac
            || (
                family == ModelFamily.Unknown
                && codec.Metadata["kwargs"]?["latent_dim"] is not null and not MetadataValue.None
                && codec.Metadata["kwargs"]?["encoder_rates"] is not null
            );
        var configuration = CodecConfiguration.FromMetadata(
            codec.Metadata,
            codec.Path,
            isDac ? CodecFamily.Dac : CodecFamily.Lac,
            out ImmutableArray<string> ignored
        );
        return new CodecSource(codec, configuration, ignored, name => name);
    }

    private static CodecConfiguration ReadDacModel(Checkpoint codec, out ImmutableArray<string> ignoredKeys)
    {
        string place = Path.Combine(Path.GetDirectoryName(codec.Path) ?? "", ConfigurationFile);
        byte[] json =
            codec.ReadBeside(ConfigurationFile)
            ?? throw new ArchitectureException(
                ArchitectureErrorIds.DacConfigurationUnreadable,
                found: $"no {ConfigurationFile} beside {codec.Path}, which holds a DAC codec of Hugging Face's transformers (DacModel)",
                expected: "the whole folder that save_pretrained writes: its config.json tells the strides",
                advice: "Put both files into one folder"
            );
        try
        {
            using var document = JsonDocument.Parse(json);
            return CodecConfiguration.FromDacModel(document.RootElement, place, out ignoredKeys);
        }
        catch (JsonException e)
        {
            throw new ArchitectureException(
                ArchitectureErrorIds.DacConfigurationUnreadable,
                found: $"{place}, which is not JSON ({e.Message})",
                expected: "the configuration of a DacModel",
                advice: "Download the folder again"
            );
        }
    }
}
