using System.Collections.Immutable;

namespace VampNet.Onnx.Rewriting;

/// <summary>The result of a pipeline.</summary>
/// <param name="Before">Number of nodes of each operator before, subgraphs included; the domain leads the name where it is not
/// ai.onnx.</param>
/// <param name="After">Number of nodes of each operator afterwards.</param>
/// <param name="Rounds">Number of times that the list of passes ran; the last changed nothing.</param>
/// <param name="Effect">The worst effect of the rules that fired.</param>
/// <param name="Records">Rules that fired, in order, and near misses of the last round.</param>
public sealed record RewriteReport(
    ImmutableSortedDictionary<string, int> Before,
    ImmutableSortedDictionary<string, int> After,
    int Rounds,
    NumericalEffect Effect,
    ImmutableArray<RewriteRecord> Records
)
{
    /// <summary>Number of nodes before.</summary>
    public int NodesBefore => Before.Values.Sum();

    /// <summary>Number of nodes afterwards.</summary>
    public int NodesAfter => After.Values.Sum();

    /// <summary>Counts the nodes of each operator.</summary>
    public static ImmutableSortedDictionary<string, int> CountOperators(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model
            .AllGraphs()
            .SelectMany(graph => graph.Nodes)
            .GroupBy(node => node.Domain.Length == 0 ? node.OpType : $"{node.Domain}::{node.OpType}")
            .ToImmutableSortedDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);
    }
}
