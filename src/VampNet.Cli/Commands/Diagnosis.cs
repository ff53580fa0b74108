using System.Collections.Immutable;
using VampNet.Validation.Machine;

namespace VampNet.Cli.Commands;

/// <summary>The output of <c>doctor --json</c>.</summary>
/// <param name="Machine">Facts about the machine.</param>
/// <param name="Cuda">NVIDIA's libraries.</param>
/// <param name="Findings">The findings, the gravest first.</param>
internal sealed record Diagnosis(MachineReport Machine, ImmutableArray<MachineFinding> Findings, CudaReport Cuda);
