using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using VampNet.Files;

namespace VampNet.Checkpoints;

/// <summary>Writes .safetensors files, tensor by tensor. Equal input gives equal bytes.</summary>
/// <remarks>The format is huggingface/safetensors, README, "Format". Tensors lie in the order given; the header is padded so that data
/// starts at a multiple of 8 bytes.</remarks>
public static class SafeTensorsWriter
{
    /// <summary>Writes the tensors and, when given, <c>__metadata__</c>.</summary>
    /// <param name="stream">Stream to write to; it need not seek and stays open.</param>
    /// <param name="tensors">The tensors in order; each is asked for its bytes once.</param>
    /// <param name="metadata">Texts by name, written in the order of the names.</param>
    /// <exception cref="ArgumentException">Two tensors have one name, or one is named <c>__metadata__</c>.</exception>
    public static void Write(Stream stream, IEnumerable<TensorEntry> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        TensorEntry[] table = [.. tensors];
        TensorEntry.RequireDistinct(table);
        stream.Write(Header(table, metadata));
        foreach (TensorEntry tensor in table)
        {
            byte[] buffer = ArrayPool<byte>.Shared.Rent(tensor.ByteLength);
            tensor.Fill(buffer.AsSpan(0, tensor.ByteLength));
            stream.Write(buffer, 0, tensor.ByteLength);
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Writes a file, which appears under its name only when complete.</summary>
    /// <exception cref="ArgumentException">As for <see cref="Write"/>.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void WriteFile(string path, IEnumerable<TensorEntry> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        WholeFile.Write(path, stream => Write(stream, tensors, metadata));
    }

    private static ReadOnlySpan<byte> Header(TensorEntry[] tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        ArrayBufferWriter<byte> buffer = new();
        buffer.GetSpan(8)[..8].Clear();
        buffer.Advance(8);
        using (Utf8JsonWriter json = new(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            WriteMetadata(json, metadata);
            long begin = 0;
            foreach (TensorEntry tensor in tensors)
            {
                WriteEntry(json, tensor, begin);
                begin += tensor.ByteLength;
            }

            json.WriteEndObject();
        }

        int padding = -buffer.WrittenCount & 7;
        buffer.GetSpan(padding + 1)[..padding].Fill((byte)' ');
        buffer.Advance(padding);
        byte[] header = buffer.WrittenSpan.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(header, header.Length - 8);
        return header;
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string>? metadata)
    {
        if (metadata is null)
        {
            return;
        }

        json.WriteStartObject("__metadata__");
        foreach ((string key, string text) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            json.WriteString(key, text);
        }

        json.WriteEndObject();
    }

    private static void WriteEntry(Utf8JsonWriter json, TensorEntry tensor, long begin)
    {
        if (tensor.Name == "__metadata__")
        {
            throw new ArgumentException("A tensor may not be named '__metadata__'.", nameof(tensor));
        }

        json.WriteStartObject(tensor.Name);
        json.WriteString("dtype", tensor.ElementType.SafeTensorsName());
        json.WriteStartArray("shape");
        foreach (long extent in tensor.Shape)
        {
            json.WriteNumberValue(extent);
        }

        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(begin);
        json.WriteNumberValue(begin + tensor.ByteLength);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
