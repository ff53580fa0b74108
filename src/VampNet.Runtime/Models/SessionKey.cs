using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.OnnxRuntime;
using VampNet.Files;

namespace VampNet.Runtime.Models;

/// <summary>The name of a cached session: a digest of all that its contents depend on.</summary>
internal static class SessionKey
{
    // Changes with the session options under which graphs are saved, and with the files of an entry.
    private const string Form = "vampnet-session/1: every optimization, packed";
    private const string DigestFolder = "digests";

    /// <summary>What keys depend on besides the model: ONNX Runtime's version and the processor's features.</summary>
    public static string Machine => $"{OrtEnv.Instance().GetVersionString()} {ProcessorFeatures.Describe()}";

    /// <summary>The key of a model's session.</summary>
    /// <param name="graph">The graph's file.</param>
    /// <param name="cache">The cache, which remembers digests of weights.</param>
    /// <param name="machine">As <see cref="Machine"/>.</param>
    /// <returns>64 hexadecimal digits; null for a model that is not cached.</returns>
    public static string? Compute(string graph, SessionCacheOptions cache, string machine)
    {
        byte[] contents = File.ReadAllBytes(graph);
        if (ExternalFiles.NamesIn(contents) is not { } names)
        {
            return null;
        }

        FileInfo[] files = [.. names.Select(name => new FileInfo(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(graph))!, name)))];
        if (files.Any(file => !file.Exists))
        {
            return null;
        }

        long weights = files.Sum(file => file.Length);
        // The saved graph holds its weights twice: as they were, and packed.
        if (weights < cache.LeastWeights || 2 * weights > cache.MostBytes)
        {
            return null;
        }

        StringBuilder parts = new(Form);
        parts.Append(CultureInfo.InvariantCulture, $"\n{machine}\n{Convert.ToHexStringLower(SHA256.HashData(contents))}");
        foreach ((string name, FileInfo file) in names.Zip(files))
        {
            parts.Append(CultureInfo.InvariantCulture, $"\n{name} {Digest(file, cache)}");
        }

        return Hash(parts.ToString());
    }

    // Reading hundreds of megabytes takes longer than a cached session saves, so a file's digest is kept by its path, length and time.
    private static string Digest(FileInfo file, SessionCacheOptions cache)
    {
        string name = Hash($"{file.FullName}\n{file.Length}\n{file.LastWriteTimeUtc.Ticks}");
        string kept = Path.Combine(cache.Folder, DigestFolder, name);
        if (File.Exists(kept) && File.ReadAllText(kept) is { Length: 2 * SHA256.HashSizeInBytes } digest)
        {
            return digest;
        }

        using (FileStream stream = file.OpenRead())
        {
            digest = Convert.ToHexStringLower(SHA256.HashData(stream));
        }

        SessionCache.MakeFolder(cache);
        WholeFile.Write(kept, Encoding.ASCII.GetBytes(digest));
        return digest;
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
