using System.Security.Cryptography;

namespace VampNet.Models;

/// <summary>One file in a manifest.</summary>
/// <param name="Name">Its name within the folder.</param>
/// <param name="Bytes">Its length in bytes.</param>
/// <param name="Sha256">SHA-256 of its contents, lower-case hexadecimal.</param>
public sealed record ManifestFile(string Name, long Bytes, string Sha256)
{
    /// <summary>Reads the length and SHA-256 of a file.</summary>
    public static ManifestFile Read(string path)
    {
        using FileStream stream = new(
            path,
            FileMode.Open,
            FileAccess.Read,
            FileShare.Read,
            bufferSize: 1 << 20,
            FileOptions.SequentialScan
        );
        return new(Path.GetFileName(path), stream.Length, Convert.ToHexStringLower(SHA256.HashData(stream)));
    }
}
