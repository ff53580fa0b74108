using System.CommandLine;

namespace VampNet.Cli.Commands;

/// <summary>A command that vampnet-lite does not have, because it needs libtorch: it reports that, whatever its arguments.</summary>
internal sealed class AbsentCommand : Command
{
    /// <param name="terminal">Terminal that the command writes to.</param>
    /// <param name="name">The word that selects it.</param>
    /// <param name="summary">Description of the command.</param>
    public AbsentCommand(Terminal terminal, string name, string summary)
        : base(name, summary)
    {
        ArgumentNullException.ThrowIfNull(terminal);
        TreatUnmatchedTokensAsErrors = false;
        SetAction((ParseResult _) => Refuse(name));
    }

    /// <summary>The description of such a command.</summary>
    /// <param name="does">Description of the command in vampnet, without a full stop.</param>
    public static string Describe(string does) => $"{does}. Not part of vampnet-lite: it needs libtorch, which vampnet has.";

    private static int Refuse(string name) =>
        throw new CommandException(
            CommandErrorIds.CommandAbsent,
            found: $"the command {name} in vampnet-lite, which is built without libtorch",
            expected: "vampnet, which has it on linux-x64, win-x64 and osx-arm64: dotnet tool install --global vampnet",
            advice: $"Run {name} there, on the same files"
        );
}
