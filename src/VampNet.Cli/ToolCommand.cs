using System.CommandLine;
using System.CommandLine.Help;
using VampNet.Files;

namespace VampNet.Cli;

/// <summary>A subcommand: its options, an example of its use, and what it does.</summary>
internal abstract class ToolCommand : Command
{
    private const string OutputName = "OUT";
    private const string OutputFolderName = "--out";

    /// <summary>Declares the command.</summary>
    /// <param name="terminal">Terminal that the command writes to.</param>
    /// <param name="name">The word that selects it.</param>
    /// <param name="description">Description of the command, one sentence.</param>
    /// <param name="examples">Command lines that work as they stand, shown by <c>--help</c>; at least one.</param>
    protected ToolCommand(Terminal terminal, string name, string description, params string[] examples)
        : base(name, description)
    {
        Terminal = terminal;
        var help = new HelpOption();
        help.Action = new ExampleHelpAction((HelpAction)help.Action!, examples);
        Add(help);
        SetAction(
            (arguments, cancellationToken) =>
            {
                string[] outputs = [.. Outputs(arguments)];
                string[] given = [.. InputArguments(arguments)],
                    named = [.. InputOptions(arguments)];
                InputGuard.Require(given, ReadsPipes);
                InputGuard.Require(named, pipes: false);
                OutputGuard.Require(given.Concat(named), outputs);
                string[] folders = [.. OutputFolders(arguments)];
                OutputGuard.RequireFolders(folders);
                RemoveLeftovers(outputs, folders.Concat(folders.Select(Path.GetDirectoryName).OfType<string>()));
                return RunAsync(arguments, cancellationToken);
            }
        );
    }

    /// <summary>Terminal that the command writes to.</summary>
    protected Terminal Terminal { get; }

    /// <summary>The files that the command will write: OUT, and in commands that write more, those beside it.</summary>
    protected virtual IEnumerable<string> Outputs(ParseResult arguments) =>
        Arguments
            .OfType<Argument<FileInfo>>()
            .Where(argument => argument.Name == OutputName)
            .Select(arguments.GetValue)
            .OfType<FileInfo>()
            .Select(file => file.FullName);

    /// <summary>The options that name files to write; all other files are read.</summary>
    protected virtual IReadOnlyList<Option> OutputOptions => [];

    /// <summary>Whether IN may be a pipe, which is read to its end, or to a bound.</summary>
    protected virtual bool ReadsPipes => false;

    private IEnumerable<string> OutputFolders(ParseResult arguments) =>
        Options
            .OfType<Option<DirectoryInfo>>()
            .Where(option => option.Name == OutputFolderName)
            .Select(arguments.GetValue)
            .OfType<DirectoryInfo>()
            .Select(folder => folder.FullName);

    private void RemoveLeftovers(IEnumerable<string> files, IEnumerable<string> folders)
    {
        IEnumerable<string> parents = files.Select(path => Path.GetDirectoryName(OutputGuard.Resolve(path))).OfType<string>();
        foreach (string left in parents.Concat(folders).Append(Path.GetTempPath()).Distinct().SelectMany(Leftovers.Remove))
        {
            Terminal.Error.WriteLine($"Removed {left}: unfinished files of a run that was killed.");
        }
    }

    private IEnumerable<string> InputArguments(ParseResult arguments) =>
        Arguments
            .OfType<Argument<FileInfo>>()
            .Where(argument => argument.Name != OutputName)
            .Select(arguments.GetValue)
            .OfType<FileInfo>()
            .Select(file => file.FullName);

    private IEnumerable<string> InputOptions(ParseResult arguments) =>
        Options
            .OfType<Option<FileInfo>>()
            .Except(OutputOptions)
            .Cast<Option<FileInfo>>()
            .Select(arguments.GetValue)
            .OfType<FileInfo>()
            .Select(file => file.FullName);

    /// <summary>Does what the command line asks for.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    protected abstract Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken);
}
