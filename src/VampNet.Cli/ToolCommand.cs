using System.CommandLine;
using System.CommandLine.Help;

namespace VampNet.Cli;

/// <summary>A subcommand: its options, an example of its use, and what it does.</summary>
internal abstract class ToolCommand : Command
{
    /// <summary>Declares the command.</summary>
    /// <param name="terminal">Where it writes.</param>
    /// <param name="name">The word that selects it.</param>
    /// <param name="description">What it does, one sentence.</param>
    /// <param name="examples">Command lines that work as they stand, shown by <c>--help</c>; at least one.</param>
    protected ToolCommand(Terminal terminal, string name, string description, params string[] examples)
        : base(name, description)
    {
        Terminal = terminal;
        var help = new HelpOption();
        help.Action = new ExampleHelpAction((HelpAction)help.Action!, examples);
        Add(help);
        SetAction(RunAsync);
    }

    /// <summary>Where the command writes.</summary>
    protected Terminal Terminal { get; }

    /// <summary>Does what the command line asks for.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    protected abstract Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken);
}
