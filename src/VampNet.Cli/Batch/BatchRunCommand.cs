using System.CommandLine;
using VampNet.Cli.Display;

namespace VampNet.Cli.Batch;

/// <summary>A batch of one operation: its inputs, its output folder, and the part that this process does.</summary>
internal abstract class BatchRunCommand : ToolCommand
{
    private readonly Argument<string[]> _in = new("IN")
    {
        Arity = ArgumentArity.ZeroOrMore,
        Description = "Files, folders, and patterns. * and ? match parts of a name, ** any number of folders.",
    };
    private readonly Option<DirectoryInfo> _out = new("--out")
    {
        Required = true,
        HelpName = "DIR",
        Description = "Folder for the outputs, named after the inputs. A hidden folder in it keeps records and logs.",
    };
    private readonly Option<FileInfo> _list = new("--list")
    {
        HelpName = "FILE",
        Description = "Read more inputs from a text file: one file, folder or pattern per line, relative to the current folder.",
    };
    private readonly Option<DirectoryInfo> _base = new("--base")
    {
        HelpName = "DIR",
        Description = "Name outputs by the inputs' paths relative to DIR, instead of relative to IN.",
    };
    private readonly Option<bool> _keepGoing = new("--keep-going")
    {
        Description = "Continue with the next file when one fails, and list the failed ones at the end.",
    };
    private readonly Option<bool> _overwrite = new("--overwrite")
    {
        Description = "Replace files in the output folder that no batch made from the same input.",
    };
    private readonly Option<bool> _json = new("--json") { Description = "Print the log, one line of JSON per event, instead of text." };
    private readonly ShardOption _shard = new();

    protected BatchRunCommand(Terminal terminal, string name, string description, params string[] examples)
        : base(terminal, name, description, examples)
    {
        _in.Validators.Add(result =>
        {
            foreach (string text in result.Tokens.Select(token => token.Value).Where(text => !IsPath(text)))
            {
                result.AddError($"Found \"{text}\" for IN. Expected a path.");
            }
        });
        Add(_in);
        foreach (Option option in (Option[])[_out, _list, _base, _shard.Option, _keepGoing, _overwrite, _json])
        {
            Add(option);
        }
    }

    /// <summary>Extensions of the files of a folder that are inputs.</summary>
    protected abstract IReadOnlyList<string> Extensions { get; }

    /// <summary>The extension of an output, with its dot.</summary>
    protected abstract string OutputExtensionOf(ParseResult arguments);

    /// <summary>The outputs of an item as far as they are known before it is made: paths below the output folder.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="name">The item's name.</param>
    protected abstract IEnumerable<string> OutputsOf(ParseResult arguments, string name);

    /// <summary>Prepares the work; nothing is loaded yet.</summary>
    protected abstract BatchWork Open(ParseResult arguments);

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        string[] inputs = [.. arguments.GetValue(_in) ?? [], .. ReadList(arguments.GetValue(_list))];
        if (inputs.Length == 0)
        {
            throw new UsageException($"Give at least one IN, or {_list.Name} FILE with one on each line.");
        }

        Shard shard = _shard.Read(arguments);
        string folder = Path.TrimEndingDirectorySeparator(arguments.GetRequiredValue(_out).FullName);
        string? keep = arguments.GetValue(_base) is { } given ? Path.TrimEndingDirectorySeparator(given.FullName) : null;
        IReadOnlyList<BatchItem> items = new BatchInputs(Extensions, OutputExtensionOf(arguments), folder, keep).Find(inputs);
        BatchFolder outputs = new(folder);
        OutputGuard.Require(
            items.Select(item => item.Input),
            [.. items.SelectMany(item => OutputsOf(arguments, item.Name)).Select(outputs.PathOf)]
        );

        using BatchWork work = Open(arguments);
        bool isJson = arguments.GetValue(_json);
        BatchRun run = new(Terminal, outputs, work, name => OutputsOf(arguments, name), TimeProvider.System)
        {
            KeepGoing = arguments.GetValue(_keepGoing),
            Overwrite = arguments.GetValue(_overwrite),
            Copy = isJson ? Terminal.Output : null,
        };
        BatchOutcome outcome = await Terminal
            .ShowProgressAsync(steps => run.RunAsync(items, shard, steps, cancellationToken))
            .ConfigureAwait(false);
        if (!isJson)
        {
            Terminal.WriteFacts(outcome.Facts(folder, shard, items.Count));
        }

        return outcome.ExitCode;
    }

    private static bool IsPath(string text) => !string.IsNullOrWhiteSpace(text) && !text.Contains('\0', StringComparison.Ordinal);

    private static IEnumerable<string> ReadList(FileInfo? list)
    {
        if (list is null)
        {
            return [];
        }

        return list.Exists
            ? TextInput.Read(list).Split('\n', StringSplitOptions.TrimEntries).Where(line => !string.IsNullOrWhiteSpace(line))
            : throw new CommandException(
                CommandErrorIds.FileMissing,
                found: $"no file {list.FullName}",
                expected: "a text file with an input on each line"
            );
    }
}
