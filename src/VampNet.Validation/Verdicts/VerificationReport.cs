using System.Collections.Immutable;

namespace VampNet.Validation.Verdicts;

/// <summary>The facts and verdicts of a folder of graphs.</summary>
/// <param name="Graphs">The graphs' facts, in the order of the folder's manifest.</param>
/// <param name="Verdicts">The verdicts, one for each graph that was judged.</param>
public sealed record VerificationReport(ImmutableArray<GraphFacts> Graphs, ImmutableArray<GraphVerdict> Verdicts)
{
    /// <summary>Whether every graph has a verdict and every verdict is a pass.</summary>
    public bool Passed => !Graphs.IsEmpty && Graphs.All(graph => Verdicts.Any(verdict => verdict.File == graph.File && verdict.Passed));
}
