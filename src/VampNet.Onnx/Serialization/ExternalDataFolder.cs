using System.Globalization;
using VampNet.Onnx.Proto;
using VampNet.Onnx.Tensors;

namespace VampNet.Onnx.Serialization;

/// <summary>
/// Opens the files that a model keeps its large tensors in. Models are untrusted, so paths are confined to the model's folder: no absolute
/// path, no "..", no link that leads out.
/// </summary>
/// <param name="folder">The folder of the model; null when it was read from memory.</param>
internal sealed class ExternalDataFolder(string? folder)
{
    private readonly Dictionary<string, MappedFile> _files = new(StringComparer.Ordinal);

    /// <summary>The files opened so far.</summary>
    public IEnumerable<MappedFile> Maps => _files.Values;

    /// <summary>Finds a tensor's bytes.</summary>
    /// <returns>The mapped file and the offset in it.</returns>
    /// <exception cref="OnnxException">Any of the ids VNO0210 to VNO0214.</exception>
    public (MappedFile File, long Offset) Locate(TensorProto proto, long byteLength)
    {
        string tensor = proto.Name;
        string? location = null;
        long offset = 0;
        long length = byteLength;
        foreach (StringStringEntryProto entry in proto.ExternalData)
        {
            switch (entry.Key)
            {
                case "location":
                    location = entry.Value;
                    break;
                case "offset":
                    offset = ParseNumber(entry, tensor);
                    break;
                case "length":
                    length = ParseNumber(entry, tensor);
                    break;
                default:
                    break;
            }
        }

        if (string.IsNullOrEmpty(location))
        {
            throw new OnnxException(
                DiagnosticIds.ExternalMalformed,
                found: $"the external tensor '{tensor}' without a location",
                expected: "the name of a file beside the model"
            );
        }

        if (length != byteLength)
        {
            throw new OnnxException(
                DiagnosticIds.TensorLength,
                found: $"a length of {length} bytes for the external tensor '{tensor}'",
                expected: $"{byteLength}, from its type and shape"
            );
        }

        MappedFile file = Open(location, tensor);
        return offset <= file.Length - length
            ? (file, offset)
            : throw new OnnxException(
                DiagnosticIds.ExternalOutOfRange,
                found: $"the external tensor '{tensor}' at bytes {offset} to {(decimal)offset + length} of '{location}', which has "
                    + $"{file.Length}",
                expected: "all of it in that file",
                advice: "The data file is cut short, or belongs to another model: get both files again"
            );
    }

    private MappedFile Open(string location, string tensor)
    {
        if (_files.TryGetValue(location, out MappedFile? known))
        {
            return known;
        }

        string path = Resolve(location, tensor);
        MappedFile file = MappedFile.Open(path);
        _files.Add(location, file);
        return file;
    }

    private string Resolve(string location, string tensor)
    {
        if (folder is null)
        {
            throw new OnnxException(
                DiagnosticIds.ExternalWithoutFolder,
                found: $"the external tensor '{tensor}' in a model that was read from memory",
                expected: "the model's folder: read the model by its path, or name the folder"
            );
        }

        string[] parts = location.Split('/', '\\');
        if (location.Contains('\0') || Path.IsPathRooted(location) || parts.Contains("..") || parts.Any(part => part.Contains(':')))
        {
            throw Escapes(location, tensor);
        }

        string path = folder;
        foreach (string part in parts)
        {
            path = Path.Combine(path, part);
            FileSystemInfo entry = Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
            if (entry.LinkTarget is not null && !StaysWithin(entry.ResolveLinkTarget(returnFinalTarget: true)?.FullName))
            {
                throw Escapes(location, tensor);
            }
        }

        return File.Exists(path)
            ? path
            : throw new OnnxException(
                DiagnosticIds.ExternalMissing,
                found: $"no file '{location}' beside the model, which keeps the tensor '{tensor}' there",
                expected: "the data file in the model's folder",
                advice: "Put it there under that name"
            );
    }

    private bool StaysWithin(string? target)
    {
        if (target is null)
        {
            return false;
        }

        string relative = Path.GetRelativePath(Path.GetFullPath(folder!), target);
        return !Path.IsPathRooted(relative) && relative.Split(Path.DirectorySeparatorChar)[0] != "..";
    }

    private static OnnxException Escapes(string location, string tensor) =>
        new(
            DiagnosticIds.ExternalEscapes,
            found: $"the path '{location}' for the external tensor '{tensor}'",
            expected: "a file within the model's folder, by a relative path without '..' and without links that lead out",
            advice: "Move the data file beside the model and correct the path"
        );

    private static long ParseNumber(StringStringEntryProto entry, string tensor) =>
        long.TryParse(entry.Value, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number
            : throw new OnnxException(
                DiagnosticIds.ExternalMalformed,
                found: $"the {entry.Key} '{entry.Value}' for the external tensor '{tensor}'",
                expected: "a whole number of bytes, at least 0"
            );
}
