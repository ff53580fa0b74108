using System.CommandLine;
using VampNet.Cli.Commands;
using VampNet.Cli.Tuning;
using VampNet.Training;
using VampNet.Validation.Machine;

namespace VampNet.Cli;

/// <summary>What the command is called, and what it has that needs libtorch. vampnet-lite has a file of its own in this one's
/// place.</summary>
internal static class Edition
{
    /// <summary>The program's name as users type it.</summary>
    public const string Name = "vampnet";

    /// <summary>The command that compares graphs with TorchSharp.</summary>
    public static Command Verify(Terminal terminal) => new VerifyCommand(terminal);

    /// <summary>The command that trains in TorchSharp.</summary>
    public static Command Tune(Terminal terminal) => new TuneCommand(terminal);

    /// <summary>Whether an exception is one of the parts that only this edition has, whose message begins with its id.</summary>
    public static bool IsRefusal(Exception error) => error is TrainingException;

    /// <summary>Looks at the machine, and at what this edition needs of it.</summary>
    public static MachineReport ProbeMachine() => MachineProbe.Probe();
}
