namespace VampNet.Validation;

/// <summary>Writes small files that are never seen half written.</summary>
public static class WholeFile
{
    /// <summary>Writes a file that appears under its name only when it is complete; folders on the way are made.</summary>
    /// <param name="path">Where to; an earlier file is replaced.</param>
    /// <param name="contents">All of it.</param>
    public static void Write(string path, ReadOnlySpan<byte> contents)
    {
        string full = Path.GetFullPath(path);
        string partial = $"{full}.partial";
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        try
        {
            File.WriteAllBytes(partial, contents);
            File.Move(partial, full, overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }
    }
}
