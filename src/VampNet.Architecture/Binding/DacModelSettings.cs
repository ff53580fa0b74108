using System.Numerics;
using System.Text.Json;
using VampNet.Checkpoints.Metadata;

namespace VampNet.Architecture.Binding;

/// <summary>
/// The settings in a DacModel's <c>config.json</c>, read under upstream's names. transformers computes what the file leaves out from its
/// class's defaults. Source: huggingface/transformers, <c>DacConfig</c>.
/// </summary>
internal static class DacModelSettings
{
    private static readonly Dictionary<string, string> Names = new()
    {
        ["sample_rate"] = "sampling_rate",
        ["encoder_dim"] = "encoder_hidden_size",
        ["encoder_rates"] = "downsampling_ratios",
        ["decoder_dim"] = "decoder_hidden_size",
        ["decoder_rates"] = "upsampling_ratios",
        ["latent_dim"] = "hidden_size",
    };

    private static readonly (string Key, int Value)[] Defaults =
    [
        ("sampling_rate", 16000),
        ("encoder_hidden_size", 64),
        ("decoder_hidden_size", 1536),
        ("n_codebooks", 9),
        ("codebook_size", 1024),
        ("codebook_dim", 8),
    ];

    private static readonly int[] DefaultRates = [2, 4, 8, 8];

    public static KwargsReader Open(JsonElement json, string place)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new ArchitectureException(
                ArchitectureErrorIds.DacConfigurationUnreadable,
                found: $"a JSON {json.ValueKind} in {place}",
                expected: "an object: the configuration of a DacModel",
                advice: "Download the folder again"
            );
        }

        Dictionary<string, MetadataValue> settings = json.EnumerateObject()
            .GroupBy(property => property.Name)
            .ToDictionary(group => group.Key, group => Read(group.Last().Value));
        foreach ((string key, int value) in Defaults)
        {
            settings.TryAdd(key, Integer(value));
        }

        settings.TryAdd("downsampling_ratios", List(DefaultRates.Select(Integer)));
        if (settings["downsampling_ratios"] is MetadataValue.Sequence { Items: var rates })
        {
            settings.TryAdd("upsampling_ratios", List(rates.Reverse()));
        }

        return KwargsReader.Over(
            new MetadataValue.Mapping([
                .. settings.Select(setting =>
                    KeyValuePair.Create<MetadataValue, MetadataValue>(new MetadataValue.Text(setting.Key), setting.Value)
                ),
            ]),
            place,
            "DacModel",
            Names
        );
    }

    private static MetadataValue Read(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Number when value.TryGetInt64(out long number) => new MetadataValue.Integer(number),
            JsonValueKind.Number => new MetadataValue.Real(value.GetDouble()),
            JsonValueKind.String => new MetadataValue.Text(value.GetString()!),
            JsonValueKind.True or JsonValueKind.False => new MetadataValue.Boolean(value.GetBoolean()),
            JsonValueKind.Array => List(value.EnumerateArray().Select(Read)),
            JsonValueKind.Object => MetadataValue.EmptyMapping,
            _ => new MetadataValue.None(),
        };

    private static MetadataValue Integer(int value) => new MetadataValue.Integer(new BigInteger(value));

    private static MetadataValue.Sequence List(IEnumerable<MetadataValue> items) => new(MetadataValue.SequenceKind.List, [.. items]);
}
