using System.Text;

namespace VampNet.Cli;

/// <summary>Reads text files that a command is given. They are short; one that is not, or never ends, is refused before memory is.</summary>
internal static class TextInput
{
    /// <summary>The longest text taken, in bytes. A mask of an hour of sound has a sixteenth of this.</summary>
    public const int MostBytes = 1 << 26;

    /// <summary>Reads all of a text file.</summary>
    /// <exception cref="CommandException">VNL0025: it is longer than <see cref="MostBytes"/>.</exception>
    public static string Read(FileInfo file)
    {
        using FileStream stream = file.OpenRead();
        byte[] contents = new byte[(int)Math.Min(stream.Length, MostBytes) + 1];
        int length = stream.ReadAtLeast(contents, contents.Length, throwOnEndOfStream: false);
        if (stream.Length > MostBytes)
        {
            throw new CommandException(
                "VNL0025",
                $"Found {stream.Length:N0} bytes in {file.FullName}.\nExpected text of at most {MostBytes:N0} bytes. Check that this is the file you mean."
            );
        }

        using var reader = new StreamReader(new MemoryStream(contents, 0, length), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>Opens a text file for reading in lines.</summary>
    /// <exception cref="CommandException">VNL0025: it is longer than <see cref="MostBytes"/>.</exception>
    public static StringReader Open(FileInfo file) => new(Read(file));
}
