namespace VampNet.Validation.Folders;

/// <summary>Writes files that are never seen half written under their name.</summary>
public static class WholeFile
{
    // With the process it makes a name that no other write has.
    private static long Count;

    /// <summary>Writes a file that appears under its name only when it is complete; folders on the way are made.</summary>
    /// <param name="path">Where to; an earlier file is replaced.</param>
    /// <param name="contents">All of it.</param>
    public static void Write(string path, byte[] contents) => Write(path, stream => stream.Write(contents));

    /// <summary>Writes a file that appears under its name only when it is complete; folders on the way are made.</summary>
    /// <param name="path">Where to; an earlier file is replaced.</param>
    /// <param name="write">Writes all of it. If it throws, nothing is left.</param>
    public static void Write(string path, Action<Stream> write)
    {
        // A link stays a link: what it leads to is replaced.
        string full = new FileInfo(path).LinkTarget is null
            ? Path.GetFullPath(path)
            : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;
        // Another run that writes the same file has a name of its own, and so has a file of the user's that ends in .partial.
        string partial = $"{full}.{Environment.ProcessId}-{Interlocked.Increment(ref Count)}.partial";
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        try
        {
            using (FileStream stream = File.Create(partial))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(partial, full, overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }
    }
}
