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

/// <summary>The size of a graph: nodes, parameters and bytes.</summary>
/// <param name="File">Name of its file.</param>
/// <param name="Nodes">Number of nodes, those of subgraphs included.</param>
/// <param name="Parameters">Number of elements in all its initializers.</param>
/// <param name="Bytes">Size on disk of the graph and its external data.</param>
public sealed record GraphFacts(string File, long Nodes, long Parameters, long Bytes);
