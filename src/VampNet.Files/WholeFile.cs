namespace VampNet.Files;

/// <summary>Writes files atomically: a file appears under its name only when complete.</summary>
public static class WholeFile
{
    /// <summary>Writes a file that appears under its name only when it is complete; folders on the way are made.</summary>
    /// <param name="path">Path of the file to write; an earlier file is replaced, a symbolic link is followed.</param>
    /// <param name="contents">All of it.</param>
    public static void Write(string path, byte[] contents) => Write(path, stream => stream.Write(contents));

    /// <summary>Writes a file that appears under its name only when it is complete; folders on the way are made.</summary>
    /// <param name="path">Path of the file to write; an earlier file is replaced, a symbolic link is followed.</param>
    /// <param name="write">Writes all of it. If it throws, nothing is left.</param>
    public static void Write(string path, Action<Stream> write)
    {
        using FileSet files = new(path);
        files.Write(path, write);
        files.Publish();
    }
}
