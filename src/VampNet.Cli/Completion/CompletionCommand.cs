using System.CommandLine;

namespace VampNet.Cli.Completion;

/// <summary><c>vampnet completion SHELL</c>: a script that lets a shell complete command lines.</summary>
internal sealed class CompletionCommand : ToolCommand
{
    private readonly Argument<string> _shell = new("SHELL") { Description = $"One of: {string.Join(", ", CompletionScript.Shells)}." };

    /// <summary>Description of the command.</summary>
    public static string Summary => "Prints a script that lets a shell complete commands, options and values when Tab is pressed.";

    public CompletionCommand(Terminal terminal)
        : base(
            terminal,
            "completion",
            Summary,
            "vampnet completion bash >> ~/.bashrc",
            "vampnet completion pwsh | Out-String | Invoke-Expression"
        )
    {
        _shell.TakeOneOf(CompletionScript.Shells);
        Add(_shell);
    }

    protected override Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        Terminal.Output.WriteLine(CompletionScript.For(arguments.GetRequiredValue(_shell)));
        return Task.FromResult(ExitCode.Done);
    }
}
