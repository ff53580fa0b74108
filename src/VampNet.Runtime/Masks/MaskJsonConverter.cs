using System.Text.Json;
using System.Text.Json.Serialization;

namespace VampNet.Runtime.Masks;

/// <summary>A mask [1,C,T] as JSON: one text of 0 and 1 for each codebook.</summary>
internal sealed class MaskJsonConverter : JsonConverter<TokenGrid<bool>>
{
    /// <inheritdoc/>
    public override TokenGrid<bool> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        string[] rows = JsonSerializer.Deserialize<string[]>(ref reader, options) ?? [];
        return
            rows.Length > 0
            && rows[0]?.Length > 0
            && rows.All(row => row?.Length == rows[0].Length && row.All(digit => digit is '0' or '1'))
            ? new TokenGrid<bool>(1, rows.Length, rows[0].Length, [.. rows.SelectMany(row => row.Select(digit => digit == '1'))])
            : throw new JsonException("A mask is a list of equally long texts of 0 and 1.");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, TokenGrid<bool> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (bool[] row in value.SliceBatch(0, 1).Values.Chunk(value.Frames))
        {
            writer.WriteStringValue(string.Concat(row.Select(masked => masked ? '1' : '0')));
        }

        writer.WriteEndArray();
    }
}
