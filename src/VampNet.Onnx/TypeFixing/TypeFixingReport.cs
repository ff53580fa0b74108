using System.Collections.Immutable;

namespace VampNet.Onnx.TypeFixing;

/// <summary>The repairs of type fixing.</summary>
/// <param name="Repairs">The changes, in order.</param>
/// <param name="Diagnostics">Findings of inference other than wrong declared types.</param>
public sealed record TypeFixingReport(ImmutableArray<TypeRepair> Repairs, ImmutableArray<Diagnostic> Diagnostics);
