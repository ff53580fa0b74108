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
    public static string Version { get; } =
        typeof(VampNetCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    private const string VersionOption = "--version";

    private static readonly (string Name, Func<Terminal, Command> Make)[] Commands =
    [
        ("inspect", terminal => new InspectCommand(terminal)),
        ("explain", terminal => new ExplainCommand(terminal)),
        ("export", terminal => new ExportCommand(terminal)),
        ("step", terminal => new StepCommand(terminal)),
        ("verify", Edition.Verify),
        ("optimize", terminal => new OptimizeCommand(terminal)),
        ("bench", terminal => new BenchCommand(terminal)),
        ("report", terminal => new ReportCommand(terminal)),
        ("quantize", terminal => new QuantizeCommand(terminal)),
        ("encode", terminal => new EncodeCommand(terminal)),
        ("decode", terminal => new DecodeCommand(terminal)),
        ("vamp", terminal => new VampCommand(terminal)),
        ("check-mobile", terminal => new CheckMobileCommand(terminal)),
        ("batch", terminal => new BatchCommand(terminal)),
        ("serve", terminal => new ServeCommand(terminal)),
        ("tune", Edition.Tune),
        ("doctor", terminal => new DoctorCommand(terminal, Edition.ProbeMachine, CudaReport.Probe)),
        ("completion", terminal => new CompletionCommand(terminal)),
    ];

    /// <summary>Builds the command with all its subcommands, or with the one that a command line names: the others need not be made to run
    /// it.</summary>
    /// <param name="terminal">Terminal that the subcommands write to.</param>
    /// <param name="first">The first word after the program's name; null for all.</param>
    public static RootCommand Create(Terminal terminal, string? first = null)
    {
        RootCommand root = new(
            $"""
            Converts VampNet checkpoints to ONNX, checks the result against TorchSharp, and makes music with it.

            Exit codes: {ExitCode.Done} done, {ExitCode.DataRefused} the data was refused, {ExitCode.WrongUsage} wrong usage,
            {ExitCode.ParityFailed} parity failed, {ExitCode.Undecided} a rewritten graph could not be compared with the original,
            {ExitCode.Bug} a bug of {Edition.Name}, {ExitCode.Cancelled} cancelled.
            """
        );
        bool isNamed = first == VersionOption || Commands.Any(command => command.Name == first);
        foreach ((string name, Func<Terminal, Command> make) in Commands)
        {
            if (!isNamed || name == first)
            {
                root.Add(make(terminal));
            }
        }

        return root;
    }
}
