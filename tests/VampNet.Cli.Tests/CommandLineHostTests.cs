using System.CommandLine;
using VampNet.Validation;

namespace VampNet.Cli.Tests;

public sealed class CommandLineHostTests
{
    public static TheoryData<Exception, int, string> Failures =>
        new()
        {
            { new ValidationException("VNV0999", "Found a dog."), ExitCode.DataRefused, "error VNV0999: Found a dog.\n" },
            { new CommandException("VNL0999", "Found a cat."), ExitCode.DataRefused, "error VNL0999: Found a cat.\n" },
            { new FileNotFoundException("Found nothing."), ExitCode.DataRefused, "error VNL0003: Found nothing.\n" },
            { new DirectoryNotFoundException("Found no folder."), ExitCode.DataRefused, "error VNL0003: Found no folder.\n" },
            { new UnauthorizedAccessException("Found a locked door."), ExitCode.DataRefused, "error VNL0004: Found a locked door.\n" },
            {
                new IOException("No space left on device."),
                ExitCode.DataRefused,
                "error VNL0005: Found that reading or writing failed: No space left on device.\n"
                    + "Expected a working volume with free space. Check it, and run the command again.\n"
            },
            {
                new FileNotFoundException("Could not find file '/x.wav'."),
                ExitCode.DataRefused,
                "error VNL0003: Found a path that leads nowhere: Could not find file '/x.wav'.\n"
                    + "Expected an existing file or folder. Check the name.\n"
            },
            {
                new UnauthorizedAccessException("Access to the path '/x.wav' is denied."),
                ExitCode.DataRefused,
                "error VNL0004: Found a file or folder that this user may not use: Access to the path '/x.wav' is denied.\n"
                    + "Expected the right to read or write it. Change its permissions, or choose another.\n"
            },
            {
                new InsufficientMemoryException("Insufficient memory to continue the execution of the program."),
                ExitCode.DataRefused,
                "error VNL0026: Found too little memory for this command.\nExpected the work to fit in what this process may use. "
                    + "Ask for less: a shorter sound, fewer variations, or a smaller model; or raise the limit.\n"
            },
            {
                new DllNotFoundException("Unable to load shared library 'onnxruntime'.\nOf all the places"),
                ExitCode.DataRefused,
                "error VNL0027: Found that a part of vampnet cannot be loaded: Unable to load shared library 'onnxruntime'.\n"
                    + "Expected all its files "
                    + "beside it, and leave to open about 300 files at once. Raise the limit (ulimit -n 1024), or install vampnet again.\n"
            },
            { new OperationCanceledException(), ExitCode.Cancelled, "Cancelled. Nothing was written under its final name.\n" },
        };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task RunAsync_CommandThrows_ReportsIdAndMessageOnTheErrorStream(Exception failure, int exitCode, string text)
    {
        using var captured = new CapturedTerminal();

        int actual = await RunAsync(captured.Terminal, _ => throw failure, "probe");

        Assert.Equal((exitCode, text, ""), (actual, captured.Error, captured.Output));
    }

    [Fact]
    public async Task RunAsync_CommandHasABug_SaysHowToReportIt()
    {
        using var captured = new CapturedTerminal();

        int exitCode = await RunAsync(
            captured.Terminal,
            _ => throw new InvalidOperationException("Sequence contains no elements"),
            "probe"
        );

        Assert.Equal(ExitCode.Bug, exitCode);
        Assert.StartsWith($"error VNL0070: This is a bug of vampnet {VampNetCommand.Version}", captured.Error, StringComparison.Ordinal);
        Assert.Contains("vampnet doctor", captured.Error, StringComparison.Ordinal);
        Assert.Contains("Sequence contains no elements", captured.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_Cancelled_StopsTheCommand()
    {
        using var captured = new CapturedTerminal();
        using var source = new CancellationTokenSource();
        var command = new ProbeCommand(
            captured.Terminal,
            async token =>
            {
                await source.CancelAsync();
                await Task.Delay(Timeout.InfiniteTimeSpan, token);
                return ExitCode.Done;
            }
        );

        int exitCode = await CommandLineHost.RunAsync(new RootCommand { command }, ["probe"], captured.Terminal, source.Token);

        Assert.Equal(ExitCode.Cancelled, exitCode);
    }

    [Theory]
    [InlineData("probe", "--unknown")]
    [InlineData("prob")]
    [InlineData("probe", "--count", "many")]
    [InlineData]
    public async Task RunAsync_WrongUsage_ExitsWithTwoAndPointsToTheHelp(params string[] arguments)
    {
        using var captured = new CapturedTerminal();

        int exitCode = await RunAsync(captured.Terminal, _ => throw new InvalidOperationException("must not run"), arguments);

        Assert.Equal(ExitCode.WrongUsage, exitCode);
        Assert.Empty(captured.Output);
        Assert.StartsWith("error VNL0001: ", captured.Error, StringComparison.Ordinal);
        Assert.EndsWith("--help\" for the arguments and an example.\n", captured.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_Help_EndsWithTheExample()
    {
        using var captured = new CapturedTerminal();

        int exitCode = await RunAsync(captured.Terminal, _ => throw new InvalidOperationException("must not run"), "probe", "--help");

        Assert.Equal(ExitCode.Done, exitCode);
        Assert.EndsWith("Example:\n  vampnet probe --count 3\n", captured.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_EverySubcommand_HasAHelpPageWithAnExampleOfItself()
    {
        using var captured = new CapturedTerminal();
        IEnumerable<Command> commands = VampNetCommand.Create(captured.Terminal).Subcommands;
        foreach (
            string path in commands.SelectMany(command =>
                command.Subcommands.Select(below => $"{command.Name} {below.Name}").Prepend(command.Name)
            )
        )
        {
            CapturedTerminal.Outcome help = await CapturedTerminal.RunAsync([.. path.Split(' '), "--help"]);

            Assert.Equal(ExitCode.Done, help.ExitCode);
            string examples = help.Output[help.Output.IndexOf("\nExample", StringComparison.Ordinal)..];
            Assert.Matches($@"\n  vampnet {path}\b", examples);
        }
    }

    [Fact]
    public void Create_NameOfASubcommand_MakesItAlone()
    {
        using var captured = new CapturedTerminal();

        foreach (string name in VampNetCommand.Create(captured.Terminal).Subcommands.Select(command => command.Name))
        {
            Assert.Equal(name, Assert.Single(VampNetCommand.Create(captured.Terminal, name).Subcommands).Name);
        }

        Assert.Empty(VampNetCommand.Create(captured.Terminal, "--version").Subcommands);
        Assert.NotEmpty(VampNetCommand.Create(captured.Terminal, "vmap").Subcommands);
    }

    private static Task<int> RunAsync(Terminal terminal, Func<CancellationToken, Task<int>> action, params string[] arguments) =>
        CommandLineHost.RunAsync(
            new RootCommand { new ProbeCommand(terminal, action) },
            arguments,
            terminal,
            TestContext.Current.CancellationToken
        );

    private sealed class ProbeCommand : ToolCommand
    {
        private readonly Func<CancellationToken, Task<int>> _action;

        public ProbeCommand(Terminal terminal, Func<CancellationToken, Task<int>> action)
            : base(terminal, "probe", "Does what the test says.", "vampnet probe --count 3")
        {
            _action = action;
            Add(new Option<int>("--count"));
        }

        protected override Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken) => _action(cancellationToken);
    }
}
