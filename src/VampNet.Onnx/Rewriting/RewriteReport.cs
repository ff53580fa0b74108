using System.Collections.Immutable;

namespace VampNet.Onnx.Rewriting;

/// <summary>The result of a pipeline.</summary>
/// <param name="Before">How many nodes of each operator there were, subgraphs included; the domain leads the name where it is not
/// ai.onnx.</param>
/// <param name="After">How many there are.</param>
/// <param name="Rounds">How many times the list of passes ran; the last changed nothing.</param>
/// <param name="Effect">The worst effect of the rules that fired.</param>
/// <param name="Records">What fired, in order, and what nearly fired in the last round.</param>
public sealed record RewriteReport(
    ImmutableSortedDictionary<string, int> Before,
    ImmutableSortedDictionary<string, int> After,
    int Rounds,
    NumericalEffect Effect,
    ImmutableArray<RewriteRecord> Records
)
{
    /// <summary>How many nodes there were.</summary>
    public int NodesBefore => Before.Values.Sum();

    /// <summary>How many nodes there are.</summary>
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
