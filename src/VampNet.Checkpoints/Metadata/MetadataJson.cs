using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace VampNet.Checkpoints.Metadata;

/// <summary>Metadata as JSON, for people and reports: what JSON lacks is written as an object with one key that starts with '$'.</summary>
public static class MetadataJson
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The value as compact JSON.</summary>
    public static string ToJson(this MetadataValue value)
    {
        ArgumentNullException.ThrowIfNull(value);
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer, Compact))
        {
            Write(writer, value);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>
    /// Writes the value. Bytes become <c>{"$bytes": base64}</c>, tensors <c>{"$tensor": text}</c>, unknown objects <c>{"$global":
    /// name}</c>,
    /// numbers that are not finite <c>{"$float": "nan"}</c>; keys that are not texts are written as their JSON.
    /// </summary>
    public static void Write(Utf8JsonWriter writer, MetadataValue value)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        switch (value)
        {
            case MetadataValue.None:
                writer.WriteNullValue();
                break;
            case MetadataValue.Boolean boolean:
                writer.WriteBooleanValue(boolean.Value);
                break;
            case MetadataValue.Integer integer:
                writer.WriteRawValue(integer.Value.ToString());
                break;
            case MetadataValue.Real real when double.IsFinite(real.Value):
                writer.WriteNumberValue(real.Value);
                break;
            case MetadataValue.Real real:
                Tagged(
                    writer,
                    "$float",
                    double.IsNaN(real.Value) ? "nan"
                        : real.Value > 0 ? "inf"
                        : "-inf"
                );
                break;
            case MetadataValue.Text text:
                writer.WriteStringValue(text.Value);
                break;
            case MetadataValue.Bytes bytes:
                Tagged(writer, "$bytes", Convert.ToBase64String(bytes.Value.AsSpan()));
                break;
            case MetadataValue.Tensor tensor:
                Tagged(writer, "$tensor", tensor.Value.ToString());
                break;
            case MetadataValue.Opaque opaque:
                Tagged(writer, "$global", opaque.Global);
                break;
            case MetadataValue.Sequence sequence:
                writer.WriteStartArray();
                foreach (MetadataValue item in sequence.Items)
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            case MetadataValue.Mapping mapping:
                writer.WriteStartObject();
                foreach ((MetadataValue key, MetadataValue item) in mapping.Entries)
                {
                    writer.WritePropertyName(key is MetadataValue.Text name ? name.Value : key.ToJson());
                    Write(writer, item);
                }

                writer.WriteEndObject();
                break;
            default:
                throw new ArgumentException($"No JSON for {value.GetType().Name}.", nameof(value));
        }
    }

    /// <summary>At most 80 characters of the JSON, for messages.</summary>
    internal static string Excerpt(MetadataValue value)
    {
        string json = value.ToJson();
        return json.Length <= 80 ? json : $"{json[..77]}...";
    }

    private static void Tagged(Utf8JsonWriter writer, string tag, string text)
    {
        writer.WriteStartObject();
        writer.WriteString(tag, text);
        writer.WriteEndObject();
    }
}
