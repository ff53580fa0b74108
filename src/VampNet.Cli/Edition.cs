using System.CommandLine;
using VampNet.Cli.Commands;
using VampNet.Cli.Tuning;
using VampNet.Torch;
using VampNet.Training;
using VampNet.Validation.Machine;

namespace VampNet.Cli;

/// <summary>The command's name, and its parts that need libtorch. vampnet-lite compiles another file instead of this one.</summary>
internal static class Edition
{
    /// <summary>The program's name as users type it.</summary>
    public const string Name = "vampnet";

    /// <summary>The arguments of verify as its help names them, after a space.</summary>
    public const string VerifyArguments = " <DIR>";

    /// <summary>Description of verify.</summary>
    public static string VerifySummary => VerifyCommand.Summary;

    /// <summary>Description of tune.</summary>
    public static string TuneSummary => TuneCommand.Summary;

    /// <summary>The command that compares graphs with TorchSharp.</summary>
    public static Command Verify(Terminal terminal) => new VerifyCommand(terminal);

    /// <summary>The command that trains in TorchSharp.</summary>
    public static Command Tune(Terminal terminal) => new TuneCommand(terminal);

    /// <summary>Whether an exception is one of the parts that only this edition has, whose message begins with its id.</summary>
    public static bool IsRefusal(Exception error) => error is TrainingException;

    /// <summary>CUDA support of libtorch, in words.</summary>
    public static string DescribeTorchCuda()
    {
        try
        {
            return Describe(TorchCuda.Probe());
        }
        catch (Exception e) when (e is TypeInitializationException or DllNotFoundException or NotSupportedException)
        {
            return "does not load";
        }
    }

    /// <summary>CUDA libraries that were found, in words.</summary>
    internal static string Describe(TorchCuda cuda) =>
        cuda switch
        {
            { IsBuiltIn: false } => "for the processor alone; tune --device cuda needs a build with -p:LibTorch=Cuda",
            { Gpus: 0 } => "with CUDA, but it can use no GPU here: tune --device cuda is refused",
            _ => $"with CUDA; tune --device cuda:0 to cuda:{cuda.Gpus - 1}",
        };

    /// <summary>Collects the facts about the machine that matter to this edition.</summary>
    public static MachineReport ProbeMachine() => MachineProbe.Probe();
}
