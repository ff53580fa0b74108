using System.CommandLine;
using System.Reflection;
using VampNet.Cli.Batch;
using VampNet.Cli.Commands;
using VampNet.Cli.Completion;
using VampNet.Cli.Music;

namespace VampNet.Cli;

/// <summary>The root of the command line.</summary>
internal static class VampNetCommand
{
    /// <summary>The program's version, such as <c>0.1.0</c>.</summary>
    public static string Version =>
        typeof(VampNetCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    private const string VersionOption = "--version";

    private static readonly Entry[] Commands =
    [
        new("inspect", " <PATH>", InspectCommand.Summary, terminal => new InspectCommand(terminal)),
        new("explain", " <GRAPH> <OUT>", ExplainCommand.Summary, terminal => new ExplainCommand(terminal)),
        new("export", "", ExportCommand.Summary, terminal => new ExportCommand(terminal)),
        new("step", " <MODEL>", StepCommand.Summary, terminal => new StepCommand(terminal)),
        new("verify", Edition.VerifyArguments, Edition.VerifySummary, Edition.Verify),
        new("optimize", " <IN> <OUT>", OptimizeCommand.Summary, terminal => new OptimizeCommand(terminal)),
        new("bench", " <PATH>", BenchCommand.Summary, terminal => new BenchCommand(terminal)),
        new("report", " <DIR>", ReportCommand.Summary, terminal => new ReportCommand(terminal)),
        new("quantize", " <IN> <OUT>", QuantizeCommand.Summary, terminal => new QuantizeCommand(terminal)),
        new("encode", " <IN> <OUT>", EncodeCommand.Summary, terminal => new EncodeCommand(terminal)),
        new("decode", " <IN> <OUT>", DecodeCommand.Summary, terminal => new DecodeCommand(terminal)),
        new("vamp", " <IN> <OUT>", VampCommand.Summary, terminal => new VampCommand(terminal)),
        new("check-mobile", " <FILE>", CheckMobileCommand.Summary, terminal => new CheckMobileCommand(terminal)),
        new("batch", "", BatchCommand.Summary, terminal => new BatchCommand(terminal)),
        new("serve", "", ServeCommand.Summary, terminal => new ServeCommand(terminal)),
        new("tune", "", Edition.TuneSummary, Edition.Tune),
        new("doctor", "", DoctorCommand.Summary, terminal => new DoctorCommand(terminal, Edition.ProbeMachine, CudaReport.Probe)),
        new("completion", " <bash|fish|pwsh|zsh>", CompletionCommand.Summary, terminal => new CompletionCommand(terminal)),
    ];

    /// <summary>What the command does, and its exit codes.</summary>
    public static string Description =>
        $"""
            Converts VampNet checkpoints to ONNX, checks the result against TorchSharp, and makes music with it.

            Exit codes: {ExitCode.Done} done, {ExitCode.DataRefused} the data was refused, {ExitCode.WrongUsage} wrong usage,
            {ExitCode.ParityFailed} parity failed, {ExitCode.Undecided} a rewritten graph could not be compared with the original,
            {ExitCode.Bug} a bug of {Edition.Name}, {ExitCode.Cancelled} cancelled.
            """;

    /// <summary>Every subcommand's name with its arguments, and its summary.</summary>
    public static string[][] Outlines =>
        Array.ConvertAll<Entry, string[]>(Commands, command => [command.Name + command.Arguments, command.Summary]);

    /// <summary>Builds the command with all its subcommands, or with the one that a command line names: the others need not be made to run
    /// it.</summary>
    /// <param name="terminal">Terminal that the subcommands write to.</param>
    /// <param name="first">The first word after the program's name; null for all.</param>
    public static RootCommand Create(Terminal terminal, string? first = null)
    {
        RootCommand root = new(Description);
        bool isNamed = first == VersionOption || Commands.Any(command => command.Name == first);
        foreach (Entry command in Commands)
        {
            if (!isNamed || command.Name == first)
            {
                root.Add(command.Make(terminal));
            }
        }

        return root;
    }

    /// <summary>A subcommand: its name, its arguments as its usage names them, each after a space, and its description.</summary>
    private sealed record Entry(string Name, string Arguments, string Summary, Func<Terminal, Command> Make);
}
