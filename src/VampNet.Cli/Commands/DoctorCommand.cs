using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using VampNet.Cli.Display;
using VampNet.Validation.Machine;
using VampNet.Validation.Verdicts;

namespace VampNet.Cli.Commands;

/// <summary><c>vampnet doctor</c>: lists what this machine has, and what does not work on it.</summary>
internal sealed class DoctorCommand : ToolCommand
{
    private readonly Func<MachineReport> _probe;
    private readonly Func<CudaReport> _probeCuda;
    private readonly Option<bool> _json = SharedOptions.Json();

    /// <summary>Description of the command.</summary>
    public static string Summary => "Lists what this machine has, and what does not work on it.";

    /// <param name="terminal">Terminal that the command writes to.</param>
    /// <param name="probe">Gives the machine's facts.</param>
    /// <param name="probeCuda">Looks for NVIDIA's libraries.</param>
    public DoctorCommand(Terminal terminal, Func<MachineReport> probe, Func<CudaReport> probeCuda)
        : base(terminal, "doctor", Summary, "vampnet doctor")
    {
        (_probe, _probeCuda) = (probe, probeCuda);
        Add(_json);
    }

    protected override Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        MachineReport machine = _probe();
        CudaReport cuda = _probeCuda();
        ImmutableArray<MachineFinding> findings =
        [
            .. MachineAssessment.Assess(machine).Concat(cuda.Assess(machine)).OrderByDescending(finding => finding.Kind),
        ];
        if (arguments.GetValue(_json))
        {
            Terminal.WriteJson(json => JsonSerializer.Serialize(json, new Diagnosis(machine, findings, cuda), CliJson.Default.Diagnosis));
        }
        else
        {
            WriteText(machine, findings, cuda);
        }

        return Task.FromResult(ExitCode.Done);
    }

    private static string Describe(NativeLibraryFacts library) => library.Version ?? $"does not load: {library.LoadError}";

    private static string Describe(StandardLibraryFacts? library) =>
        library is null
            ? "not used on this system"
            : $"{library.Path ?? "not found"}, up to {library.Newest ?? "an unknown version"}; LibTorchSharp needs "
                + $"{library.Needed ?? "an unknown version"}";

    private void WriteText(MachineReport machine, ImmutableArray<MachineFinding> findings, CudaReport cuda)
    {
        Terminal.WriteFacts(
            (Edition.Name, VampNetCommand.Version),
            ("system", $"{machine.OperatingSystem}, {machine.RuntimeIdentifier}"),
            (".NET", machine.DotNet),
            ("processor", string.Create(CultureInfo.InvariantCulture, $"{machine.Processor}, {machine.Cores} threads")),
            ("features", machine.ProcessorFeatures.IsEmpty ? "none known" : string.Join(", ", machine.ProcessorFeatures)),
            ("memory", VerdictTable.FormatBytes(machine.MemoryBytes)),
            ("libstdc++", Describe(machine.StandardLibrary)),
            ("libtorch", machine.Torch is { } torch ? Describe(torch) : "not part of this edition, which has no verify and no tune"),
            ("ONNX Runtime", Describe(machine.OnnxRuntime)),
            ("providers", machine.Providers.IsEmpty ? "none" : string.Join(", ", machine.Providers)),
            ("CUDA", cuda.Describe())
        );
        Terminal.Output.WriteLine();
        Terminal.Output.WriteLine(
            findings.Any(each => each.Kind == MachineFindingKind.Broken) ? "Something does not work here:" : "Everything works here."
        );
        foreach (MachineFinding finding in findings)
        {
            Terminal.Output.WriteLine($"  {finding.Kind}: {finding.Found}\n    effect: {finding.Effect}\n    remedy: {finding.Remedy}");
        }
    }
}

/// <summary>The output of <c>doctor --json</c>.</summary>
/// <param name="Machine">Facts about the machine.</param>
/// <param name="Cuda">NVIDIA's libraries.</param>
/// <param name="Findings">The findings, the gravest first.</param>
internal sealed record Diagnosis(MachineReport Machine, ImmutableArray<MachineFinding> Findings, CudaReport Cuda);
