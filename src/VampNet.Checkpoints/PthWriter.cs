using System.Buffers;
using System.Globalization;
using VampNet.Checkpoints.Metadata;
using VampNet.Checkpoints.Writing;
using VampNet.Files;

namespace VampNet.Checkpoints;

/// <summary>Writes <c>{"state_dict": ..., "metadata": ...}</c> as the zip .pth that torch.load reads, with <c>weights_only=True</c>
/// too.</summary>
/// <remarks>
/// Pickle, records and padding are those of torch.save in PyTorch 1.13: a checkpoint of that version, read and written again with its
/// <see cref="Checkpoint.ModuleVersions"/>, is the same file to the byte. Every tensor gets a storage of its own. No times are written:
/// equal input, equal bytes.
/// </remarks>
public static class PthWriter
{
    /// <summary>Writes a checkpoint to a stream, tensor by tensor.</summary>
    /// <param name="stream">Stream to write to; it need not seek and stays open.</param>
    /// <param name="tensors">The state dict in its order. Each is asked for its bytes once, in the order of the storage keys as texts: 0,
    /// 1, 10, 11, ...</param>
    /// <param name="metadata">Plain values alone: no tensors, no unknown objects.</param>
    /// <param name="archiveName">The folder in the archive; torch.save uses the file's name without its extension.</param>
    /// <param name="moduleVersions">The state dict's <c>_metadata</c>; null for none.</param>
    /// <exception cref="ArgumentException">Two tensors have one name, PyTorch has no storage for an element type, or metadata is not
    /// plain.</exception>
    public static void Write(
        Stream stream,
        IEnumerable<TensorEntry> tensors,
        MetadataValue metadata,
        string archiveName = "archive",
        MetadataValue? moduleVersions = null
    )
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(metadata);
        ArgumentException.ThrowIfNullOrEmpty(archiveName);
        TensorEntry[] table = [.. tensors];
        TensorEntry.RequireDistinct(table);
        WriteArchive(stream, table, StateDictPickle.Write(table, metadata, moduleVersions ?? MetadataValue.EmptyMapping).Span, archiveName);
    }

    /// <summary>Writes a dict of tensors and nothing else, as torch.save writes a state dict that is a plain dict.</summary>
    /// <param name="stream">Stream to write to; it need not seek and stays open.</param>
    /// <param name="tensors">The state dict in its order, each asked for its bytes once.</param>
    /// <param name="archiveName">The folder in the archive.</param>
    /// <exception cref="ArgumentException">Two tensors have one name, or PyTorch has no storage for an element type.</exception>
    public static void WriteStateDict(Stream stream, IEnumerable<TensorEntry> tensors, string archiveName = "archive")
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentException.ThrowIfNullOrEmpty(archiveName);
        TensorEntry[] table = [.. tensors];
        TensorEntry.RequireDistinct(table);
        WriteArchive(stream, table, StateDictPickle.WriteBare(table).Span, archiveName);
    }

    /// <summary>Writes a dict of tensors to a file, which appears under its name only when complete. The archive is named after the
    /// file.</summary>
    /// <exception cref="ArgumentException">As for <see cref="WriteStateDict"/>.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void WriteStateDictFile(string path, IEnumerable<TensorEntry> tensors)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        WholeFile.Write(path, stream => WriteStateDict(stream, tensors, Path.GetFileNameWithoutExtension(path)));
    }

    private static void WriteArchive(Stream stream, TensorEntry[] table, ReadOnlySpan<byte> pickle, string archiveName)
    {
        ZipWriter zip = new(stream);
        zip.Add($"{archiveName}/data.pkl", pickle);
        foreach (
            (string key, TensorEntry tensor) in table
                .Select((tensor, key) => (key.ToString(CultureInfo.InvariantCulture), tensor))
                .OrderBy(pair => pair.Item1, StringComparer.Ordinal)
        )
        {
            byte[] buffer = ArrayPool<byte>.Shared.Rent(tensor.ByteLength);
            Span<byte> bytes = buffer.AsSpan(0, tensor.ByteLength);
            tensor.Fill(bytes);
            zip.Add($"{archiveName}/data/{key}", bytes);
            ArrayPool<byte>.Shared.Return(buffer);
        }

        zip.Add($"{archiveName}/version", "3\n"u8);
        zip.Finish();
    }

    /// <summary>Writes a checkpoint to a file, which appears under its name only when complete. The archive is named after the
    /// file.</summary>
    /// <exception cref="ArgumentException">As for <see cref="Write"/>.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void WriteFile(
        string path,
        IEnumerable<TensorEntry> tensors,
        MetadataValue metadata,
        MetadataValue? moduleVersions = null
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        WholeFile.Write(path, stream => Write(stream, tensors, metadata, Path.GetFileNameWithoutExtension(path), moduleVersions));
    }
}
