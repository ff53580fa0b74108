namespace VampNet.Cli;

/// <summary>Reads text files that a command is given. They are short; one that is not, or never ends, is refused before memory
/// is.</summary>
internal static class TextInput
{
    /// <summary>The longest text taken, in bytes. A mask of an hour of sound has a sixteenth of this.</summary>
    public const int MostBytes = 1 << 26;

    /// <summary>Reads all of a text file.</summary>
    /// <exception cref="CommandException">VNL0025: it is longer than <see cref="MostBytes"/>.</exception>
    public static string Read(FileInfo file)
    {
        return file.Length <= MostBytes
            ? File.ReadAllText(file.FullName)
            : throw new CommandException(
                CommandErrorIds.TextTooLong,
                found: $"{file.Length:N0} bytes in {file.FullName}",
                expected: $"text of at most {MostBytes:N0} bytes",
                advice: "Check that this is the right file"
            );
    }

    /// <summary>Opens a text file for reading in lines.</summary>
    /// <exception cref="CommandException">VNL0025: it is longer than <see cref="MostBytes"/>.</exception>
    public static StringReader Open(FileInfo file) => new(Read(file));
}
