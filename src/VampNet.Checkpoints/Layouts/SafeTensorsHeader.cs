using System.Collections.Immutable;
using System.Text.Json;

namespace VampNet.Checkpoints.Layouts;

/// <summary>The JSON header of a .safetensors file, in its own order.</summary>
internal sealed record SafeTensorsHeader(
    ImmutableArray<SafeTensorsHeader.Entry> Entries,
    ImmutableArray<KeyValuePair<string, string>> Metadata
)
{
    /// <summary>One tensor: its bytes are [Begin, End) of the data.</summary>
    public sealed record Entry(string Name, TensorElementType ElementType, ImmutableArray<long> Shape, long Begin, long End);

    /// <exception cref="CheckpointException">VNC0602: this is not JSON of the expected form. VNC0603: a tensor's entry is
    /// wrong.</exception>
    public static SafeTensorsHeader Parse(ReadOnlySpan<byte> json, CheckpointLimits limits)
    {
        List<Entry> entries = [];
        List<KeyValuePair<string, string>> metadata = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = 8 });
        try
        {
            Expect(ref reader, JsonTokenType.StartObject);
            while (Next(ref reader) != JsonTokenType.EndObject)
            {
                string name = reader.GetString()!;
                if (!names.Add(name) || names.Count > limits.Tensors)
                {
                    throw Wrong(
                        names.Count > limits.Tensors ? $"more than {limits.Tensors} entries" : $"two entries named '{name}'",
                        "each name once"
                    );
                }

                if (name == "__metadata__")
                {
                    ReadMetadata(ref reader, metadata);
                }
                else
                {
                    entries.Add(ReadEntry(ref reader, name));
                }
            }

            while (reader.Read())
            {
                // Only white space may follow; anything else makes Read throw.
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new CheckpointException(
                CheckpointErrorIds.SafeTensorsHeader,
                $"a header that is not well-formed JSON at byte {8 + reader.BytesConsumed}",
                "a JSON object",
                "The file is damaged; get it again",
                inner: e
            );
        }

        return new SafeTensorsHeader([.. entries], [.. metadata]);
    }

    private static void ReadMetadata(ref Utf8JsonReader reader, List<KeyValuePair<string, string>> metadata)
    {
        Expect(ref reader, JsonTokenType.StartObject);
        while (Next(ref reader) != JsonTokenType.EndObject)
        {
            string key = reader.GetString()!;
            Expect(ref reader, JsonTokenType.String);
            metadata.Add(new(key, reader.GetString()!));
        }
    }

    private static Entry ReadEntry(ref Utf8JsonReader reader, string name)
    {
        string? type = null;
        long[]? shape = null,
            offsets = null;
        Expect(ref reader, JsonTokenType.StartObject);
        while (Next(ref reader) != JsonTokenType.EndObject)
        {
            switch (reader.GetString())
            {
                case "dtype":
                    Expect(ref reader, JsonTokenType.String);
                    type = reader.GetString();
                    break;
                case "shape":
                    shape = ReadIntegers(ref reader, name);
                    break;
                case "data_offsets":
                    offsets = ReadIntegers(ref reader, name);
                    break;
                default:
                    throw Wrong($"the key '{reader.GetString()}' in tensor '{name}'", "dtype, shape and data_offsets");
            }
        }

        if (type is null || shape is null || offsets is not [long begin, long end])
        {
            throw Wrong($"tensor '{name}' without dtype, shape or two data_offsets", "all three");
        }

        return TensorElementTypes.TryFromSafeTensorsName(type, out TensorElementType elementType)
            ? new Entry(name, elementType, [.. shape], begin, end)
            : throw new CheckpointException(
                CheckpointErrorIds.ElementTypeUnsupported,
                $"tensor '{name}' of type {type}",
                "a floating-point, integer, boolean or complex type",
                "Convert it and save again"
            );
    }

    private static long[] ReadIntegers(ref Utf8JsonReader reader, string name)
    {
        List<long> values = [];
        Expect(ref reader, JsonTokenType.StartArray);
        while (Next(ref reader) != JsonTokenType.EndArray)
        {
            values.Add(
                reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long value) && value >= 0
                    ? value
                    : throw Wrong($"a shape or offset of tensor '{name}' that is no integer of 0 or more", "integers")
            );
        }

        return [.. values];
    }

    private static JsonTokenType Next(ref Utf8JsonReader reader) =>
        reader.Read() ? reader.TokenType : throw new JsonException("The header ends early.");

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType expected)
    {
        if (Next(ref reader) != expected)
        {
            throw new JsonException($"Found {reader.TokenType}, expected {expected}.");
        }
    }

    private static CheckpointException Wrong(string found, string expected) =>
        new(CheckpointErrorIds.SafeTensorsEntry, found, expected, "The file breaks the safetensors format; write it again");
}
