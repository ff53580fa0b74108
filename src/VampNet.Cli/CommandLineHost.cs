using System.CommandLine;
using System.CommandLine.Invocation;
using System.Runtime.InteropServices;

namespace VampNet.Cli;

/// <summary>Parses a command line, runs the command and turns whatever comes of it into an exit code.</summary>
internal static class CommandLineHost
{
    // Long enough for the running ONNX Runtime or libtorch kernel to return, and for unfinished files to be removed.
    private static readonly TimeSpan TimeToStop = TimeSpan.FromSeconds(20);

    /// <summary>Runs one command line.</summary>
    /// <param name="arguments">The words after the program's name.</param>
    /// <param name="terminal">Receiver of output and errors.</param>
    /// <param name="cancellationToken">Stops the command; so does Ctrl-C.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static Task<int> RunAsync(IReadOnlyList<string> arguments, Terminal terminal, CancellationToken cancellationToken) =>
        Overview.IsAskedForBy(arguments)
            ? ShowOverviewAsync(terminal)
            : RunAsync(VampNetCommand.Create(terminal, arguments.Count > 0 ? arguments[0] : null), arguments, terminal, cancellationToken);

    internal static async Task<int> RunAsync(
        RootCommand root,
        IReadOnlyList<string> arguments,
        Terminal terminal,
        CancellationToken cancellationToken
    )
    {
        // When the terminal is closed, the command ends as with Ctrl-C. (Ctrl-C itself and SIGTERM are the parser's.)
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using PosixSignalRegistration hangUp = PosixSignalRegistration.Create(
            PosixSignal.SIGHUP,
            signal =>
            {
                signal.Cancel = true;
                ended.Cancel();
            }
        );
        try
        {
            PathParsing.ApplyTo(root);
            ParseResult parsed = root.Parse(arguments);
            if (parsed.Action is ParseErrorAction)
            {
                return ReportWrongUsage(Errors(parsed), parsed.CommandResult.Command, terminal);
            }

            var invocation = new InvocationConfiguration
            {
                Output = terminal.Output,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = TimeToStop,
            };
            return await parsed.InvokeAsync(invocation, ended.Token).ConfigureAwait(false);
        }
        catch (UsageException error)
        {
            return ReportWrongUsage([error.Message], root.Parse(arguments).CommandResult.Command, terminal);
        }
#pragma warning disable CA1031 // The one place that catches everything: no exception may reach the user as a stack trace of the runtime.
        catch (Exception error)
#pragma warning restore CA1031
        {
            return await ReportAsync(error, terminal).ConfigureAwait(false);
        }
    }

    private static async Task<int> ShowOverviewAsync(Terminal terminal)
    {
        try
        {
            // Some terminals do not know their width, and say 0.
            Overview.Write(terminal.Output, terminal.IsOutputWatched && Console.WindowWidth is > 0 and var width ? width : int.MaxValue);
            return ExitCode.Done;
        }
        catch (IOException error)
        {
            return await ReportAsync(error, terminal).ConfigureAwait(false);
        }
    }

    private static async Task<int> ReportAsync(Exception error, Terminal terminal)
    {
        (int exitCode, string report) = ErrorReport.Describe(error);
        await terminal.Error.WriteLineAsync(report).ConfigureAwait(false);
        return exitCode;
    }

    // The parser says of an unknown command that one is missing and that the word is unknown, and does not list those that exist.
    private static IEnumerable<string> Errors(ParseResult parsed) =>
        parsed.CommandResult.Command.Subcommands is { Count: > 0 } commands
        && parsed.UnmatchedTokens is [var word, ..]
        && !word.StartsWith('-')
            ? [$"Found \"{word}\". Expected one of: {string.Join(", ", commands.Select(command => command.Name))}."]
            : parsed.Errors.Select(error => error.Message);

    private static int ReportWrongUsage(IEnumerable<string> messages, Command command, Terminal terminal)
    {
        foreach (string message in messages.Distinct())
        {
            terminal.Error.WriteLine($"error {CommandErrorIds.WrongUsage}: {message}");
        }

        terminal.Error.WriteLine($"Run \"{PathOf(command)} --help\" for the arguments and an example.");
        return ExitCode.WrongUsage;
    }

    private static string PathOf(Command command) =>
        command is RootCommand
            ? Edition.Name
            : string.Join(' ', command.Parents.OfType<Command>().Take(1).Select(PathOf).Append(command.Name));
}
