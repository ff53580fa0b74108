using System.IO.Compression;

namespace VampNet.Inference.Inputs.Files;

/// <summary>Reads the arrays of NumPy's .npz format: a zip archive of .npy files, stored or deflated.</summary>
internal sealed class NpzReader : ITensorFileReader
{
    private const int MostArrays = 4096;

    /// <inheritdoc/>
    /// <exception cref="InferenceException">VNI0344: the file or an array in it is damaged.</exception>
    public IReadOnlyDictionary<string, ModelInput>? Read(string path)
    {
        if (!Path.GetExtension(path).Equals(".npz", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        using FileStream stream = File.OpenRead(path);
        return Read(stream, path);
    }

    /// <summary>Reads the arrays of an archive.</summary>
    /// <param name="stream">The archive; can be searched.</param>
    /// <param name="source">The file, for messages.</param>
    /// <exception cref="InferenceException">VNI0344: the archive or an array in it is damaged.</exception>
    public static IReadOnlyDictionary<string, ModelInput> Read(Stream stream, string source)
    {
        try
        {
            using ZipArchive archive = new(stream, ZipArchiveMode.Read, leaveOpen: true);
            if (archive.Entries.Count > MostArrays)
            {
                throw Damaged(source, $"it holds {archive.Entries.Count} entries");
            }

            Dictionary<string, ModelInput> arrays = [];
            foreach (ZipArchiveEntry entry in archive.Entries.Where(entry => entry.Name.EndsWith(".npy", StringComparison.Ordinal)))
            {
                string name = entry.FullName[..^".npy".Length];
                using Stream contents = entry.Open();
                arrays[name] = NpyReader.Read(contents, name, source);
            }

            return arrays;
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or NotSupportedException)
        {
            throw Damaged(source, "it is not a complete zip archive");
        }
    }

    private static InferenceException Damaged(string source, string problem) =>
        new(
            InferenceErrorIds.TensorFileUnreadable,
            found: $"{source}, which cannot be read: {problem}",
            expected: "an archive of arrays as numpy.savez writes it"
        );
}
