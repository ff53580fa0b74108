using System.CommandLine;
using System.Reflection;
using VampNet.Cli.Batch;
using VampNet.Cli.Commands;
using VampNet.Cli.Completion;
using VampNet.Cli.Music;
using VampNet.Cli.Tuning;
using VampNet.Validation.Machine;

namespace VampNet.Cli;

/// <summary>The root of the command line.</summary>
internal static class VampNetCommand
{
    /// <summary>The program's name as users type it.</summary>
    public const string Name = "vampnet";

    /// <summary>The program's version, such as <c>0.1.0</c>.</summary>
    public static string Version { get; } =
        typeof(VampNetCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>Builds the command with all its subcommands.</summary>
    /// <param name="terminal">Where the subcommands write.</param>
    public static RootCommand Create(Terminal terminal) =>
        new(
            $"""
            Converts VampNet checkpoints to ONNX, checks the result against TorchSharp, and makes music with it.

            Exit codes: {ExitCode.Done} done, {ExitCode.DataRefused} the data was refused, {ExitCode.WrongUsage} wrong usage, {ExitCode.ParityFailed} parity failed, {ExitCode.Undecided} a rewritten graph could not be compared with the original, {ExitCode.Bug} a bug of vampnet, {ExitCode.Cancelled} cancelled.
            """
        )
        {
            new InspectCommand(terminal),
            new ExportCommand(terminal),
            new StepCommand(terminal),
            new VerifyCommand(terminal),
            new OptimizeCommand(terminal),
            new BenchCommand(terminal),
            new ReportCommand(terminal),
            new QuantizeCommand(terminal),
            new EncodeCommand(terminal),
            new DecodeCommand(terminal),
            new VampCommand(terminal),
            new CheckMobileCommand(terminal),
            new BatchCommand(terminal),
            new ServeCommand(terminal),
            new TuneCommand(terminal),
            new DoctorCommand(terminal, MachineProbe.Probe, CudaReport.Probe),
            new CompletionCommand(terminal),
        };
}
