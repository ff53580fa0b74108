namespace VampNet.Cli;

/// <summary>Standard output as the place of a result: <c>-</c> or <c>/dev/stdout</c> instead of a file's name.</summary>
internal static class StandardOutput
{
    /// <summary>Whether a path as it was given means standard output.</summary>
    public static bool IsMeantBy(FileInfo file) => file.ToString() is "-" or "/dev/stdout" or "/proc/self/fd/1";

    /// <summary>Writes a result to its destination: standard output, or a file that appears only when it is complete.</summary>
    public static void WriteTo(FileInfo file, Action<Stream> write)
    {
        if (IsMeantBy(file))
        {
            Write(write);
        }
        else
        {
            Files.WholeFile.Write(file.FullName, write);
        }
    }

    /// <summary>Writes a result to standard output. It is made in memory first: a pipe cannot be positioned, and half a result is worse
    /// than none.</summary>
    public static void Write(Action<Stream> write)
    {
        using var buffer = new MemoryStream();
        write(buffer);
        using Stream output = Console.OpenStandardOutput();
        buffer.WriteTo(output);
        output.Flush();
    }
}
