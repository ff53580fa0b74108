using System.CommandLine;
using VampNet.Cli.Commands;
using VampNet.Validation.Machine;

namespace VampNet.Cli;

/// <summary>The command without libtorch: commands that need it report that they are missing.</summary>
internal static class Edition
{
    /// <summary>The program's name as users type it.</summary>
    public const string Name = "vampnet-lite";

    /// <summary>The arguments of verify: its help names none.</summary>
    public const string VerifyArguments = "";

    /// <summary>Description of verify.</summary>
    public static string VerifySummary => AbsentCommand.Describe("Compares exported graphs with TorchSharp");

    /// <summary>Description of tune.</summary>
    public static string TuneSummary => AbsentCommand.Describe("Fine-tunes the models on a folder of recordings");

    /// <summary>Stands for the command that compares graphs with TorchSharp.</summary>
    public static Command Verify(Terminal terminal) => new AbsentCommand(terminal, "verify", VerifySummary);

    /// <summary>Stands for the command that trains in TorchSharp.</summary>
    public static Command Tune(Terminal terminal) => new AbsentCommand(terminal, "tune", TuneSummary);

    /// <summary>Whether an exception is one of the parts that only vampnet has: never.</summary>
    public static bool IsRefusal(Exception error) => false;

    /// <summary>CUDA support of libtorch: libtorch is no part of this edition.</summary>
    public static string? DescribeTorchCuda() => null;

    /// <summary>Looks at the machine. libtorch is not looked for.</summary>
    public static MachineReport ProbeMachine() => MachineProbe.ProbeWithoutTorch();
}
