using System.Collections.Immutable;
using VampNet.Validation.Machine;

namespace VampNet.Cli.Commands;

/// <summary>The output of <c>doctor --json</c>.</summary>
/// <param name="Machine">What the machine has.</param>
/// <param name="Cuda">NVIDIA's libraries.</param>
/// <param name="Findings">What follows from that, the gravest first.</param>
internal sealed record Diagnosis(MachineReport Machine, ImmutableArray<MachineFinding> Findings, CudaReport Cuda);
