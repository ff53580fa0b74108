using VampNet.Files;

namespace VampNet.Cli;

/// <summary>Refuses inputs that would be waited for or read without end, before any work is done.</summary>
internal static class InputGuard
{
    /// <summary>Looks at every input without opening it.</summary>
    /// <param name="inputs">Files that the command reads.</param>
    /// <param name="pipes">Whether it reads pipes.</param>
    /// <exception cref="CommandException">VNL0024: one is a device, a socket, or a pipe where the command needs a file.</exception>
    public static void Require(IEnumerable<string> inputs, bool pipes)
    {
        foreach (string input in inputs)
        {
            FileKind kind = FileIdentity.Read(input).Kind;
            if (kind is FileKind.Device or FileKind.Socket || (kind is FileKind.Pipe && !pipes))
            {
                throw new CommandException(
                    CommandErrorIds.InputIsAPipe,
                    found: $"a {kind.ToString().ToLowerInvariant()} at {input}",
                    expected: "a regular file, since it is read more than once, or from its end",
                    advice: "Write its contents to a file first"
                );
            }
        }
    }
}
