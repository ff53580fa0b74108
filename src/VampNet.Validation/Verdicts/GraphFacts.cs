namespace VampNet.Validation.Verdicts;

/// <summary>The size of a graph: nodes, parameters and bytes.</summary>
/// <param name="File">Name of its file.</param>
/// <param name="Nodes">Number of nodes, those of subgraphs included.</param>
/// <param name="Parameters">Number of elements in all its initializers.</param>
/// <param name="Bytes">Size on disk of the graph and its external data.</param>
public sealed record GraphFacts(string File, long Nodes, long Parameters, long Bytes);
