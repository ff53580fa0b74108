using System.Security.Cryptography;
using System.Text;
using VampNet.Models;
using VampNet.Onnx;

namespace VampNet.Cli.Batch;

/// <summary>SHA-256 of everything that determines a result, as lower-case hexadecimal.</summary>
internal static class ContentHash
{
    /// <summary>The hash of a text.</summary>
    public static string OfText(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>The hash of a file's contents.</summary>
    public static string ReadFile(string path) => ManifestFile.Read(path).Sha256;

    /// <summary>The hash of a file, or of the names and contents of all files below a folder.</summary>
    public static string ReadPath(string path) =>
        Directory.Exists(path)
            ? OfText(
                string.Join(
                    '\n',
                    PathPattern
                        .Below(Path.GetFullPath(path))
                        .Order(StringComparer.Ordinal)
                        .Select(file => $"{Path.GetRelativePath(path, file)} {ReadFile(file)}")
                )
            )
            : ReadFile(path);

    /// <summary>The hash of a graph with its external data.</summary>
    /// <exception cref="OnnxException">The file is no graph.</exception>
    public static string OfGraph(string path)
    {
        using Model model = ModelReader.Read(path);
        return OfText(string.Join('\n', model.Files.Distinct().Order(StringComparer.Ordinal).Select(ReadFile)));
    }
}
