using Spectre.Console;

namespace VampNet.Cli;

/// <summary>The two streams a command writes to: facts and results on the output, progress and errors on the error stream.</summary>
internal sealed class Terminal
{
    // Made when a table or a progress bar is shown: looking at the terminal takes time.
    private readonly Lazy<IAnsiConsole> _outputConsole,
        _errorConsole;

    /// <summary>A terminal over any two writers; commands under test write to strings.</summary>
    /// <param name="output">Receiver of facts and results.</param>
    /// <param name="error">Receiver of progress and errors.</param>
    /// <param name="outputIsWatched">Whether a person watches the output, so that colour and frames serve.</param>
    /// <param name="errorIsWatched">Whether a person watches the error stream, so that a moving progress bar serves.</param>
    public Terminal(TextWriter output, TextWriter error, bool outputIsWatched = false, bool errorIsWatched = false)
    {
        (Output, Error) = (new PlainWriter(output, isOptional: false), new PlainWriter(error, isOptional: true));
        (IsOutputWatched, IsErrorWatched) = (outputIsWatched, errorIsWatched);
        (_outputConsole, _errorConsole) = (
            new Lazy<IAnsiConsole>(() => CreateConsole(output, outputIsWatched)),
            new Lazy<IAnsiConsole>(() => CreateConsole(error, errorIsWatched))
        );
    }

    /// <summary>Facts and results, as raw text.</summary>
    public TextWriter Output { get; }

    /// <summary>Progress and errors, as raw text.</summary>
    public TextWriter Error { get; }

    /// <summary>Whether a person watches the output.</summary>
    public bool IsOutputWatched { get; }

    /// <summary>Whether a person watches the error stream.</summary>
    public bool IsErrorWatched { get; }

    /// <summary>The output, for tables.</summary>
    public IAnsiConsole OutputConsole => _outputConsole.Value;

    /// <summary>The error stream, for progress bars.</summary>
    public IAnsiConsole ErrorConsole => _errorConsole.Value;

    /// <summary>The same streams for a command whose result itself goes to the output: facts go to the error stream.</summary>
    public Terminal WithFactsOnError() => new(Error, Error, IsErrorWatched, IsErrorWatched);

    /// <summary>The terminal of the running process, ready to write: .NET opens files at the first write; if few may be open, it could not
    /// do so after the models are loaded.</summary>
    public static Terminal OfThisProcess()
    {
        using (Stream error = Console.OpenStandardError())
        {
            error.Write([]);
        }

        return new Terminal(Console.Out, Console.Error, !Console.IsOutputRedirected, !Console.IsErrorRedirected);
    }

    private static IAnsiConsole CreateConsole(TextWriter writer, bool isWatched) =>
        AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi = isWatched ? AnsiSupport.Detect : AnsiSupport.No,
                ColorSystem = isWatched ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
                Interactive = isWatched ? InteractionSupport.Detect : InteractionSupport.No,
                Out = new AnsiConsoleOutput(writer),
            }
        );
}
