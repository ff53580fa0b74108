using System.Collections.Immutable;
using VampNet.Onnx;

namespace VampNet.Inference.Inspection;

/// <summary>The number of times an operator occurs.</summary>
/// <param name="Operator">Its name, with the domain in front unless that is the standard one.</param>
/// <param name="Count">Number of nodes, 1 or more.</param>
public sealed record OperatorCount(string Operator, int Count)
{
    internal static ImmutableArray<OperatorCount> Of(IEnumerable<Graph> graphs) =>
        [
            .. graphs
                .SelectMany(graph => graph.Nodes)
                .CountBy(node => node.Domain.Length == 0 ? node.OpType : $"{node.Domain}.{node.OpType}")
                .Select(each => new OperatorCount(each.Key, each.Value))
                .OrderByDescending(each => each.Count)
                .ThenBy(each => each.Operator, StringComparer.Ordinal),
        ];
}
