using System.Collections.Immutable;
using VampNet.Onnx;

namespace VampNet.Inference.Mobile;

/// <summary>The part of a graph that a provider takes.</summary>
/// <param name="Provider">The provider's name.</param>
/// <param name="Source">Source of the table of its operators.</param>
/// <param name="Nodes">Nodes of the main graph, constants left out.</param>
/// <param name="Taken">Nodes that the provider takes.</param>
/// <param name="Partitions">Pieces that these nodes form: the graph changes between provider and CPU twice for each.</param>
/// <param name="Left">Reasons why the other nodes stay on the CPU, the commonest reason first.</param>
public sealed record MobileCoverage(string Provider, string Source, int Nodes, int Taken, int Partitions, ImmutableArray<LeftOperator> Left)
{
    private const string Constant = "Constant";

    /// <summary>Checks a graph.</summary>
    /// <param name="model">A model whose values have types: see <see cref="Onnx.ShapeInference.ShapeInferencePass"/>.</param>
    /// <param name="provider">The provider.</param>
    public static MobileCoverage Of(Model model, MobileProvider provider)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(provider);
        Node[] nodes = [.. model.Graph.Nodes.Where(node => !node.Is(Constant))];
        Dictionary<Node, string?> obstacles = nodes.ToDictionary(node => node, node => NodeSupport.Obstacle(node, provider));
        return new MobileCoverage(
            provider.Name,
            provider.Source,
            nodes.Length,
            obstacles.Values.Count(obstacle => obstacle is null),
            CountPartitions(nodes, node => obstacles[node] is null),
            [
                .. obstacles
                    .Where(each => each.Value is not null)
                    .GroupBy(each => (Operator: NodeSupport.NameOf(each.Key), Reason: each.Value!))
                    .Select(group => new LeftOperator(group.Key.Operator, group.Count(), group.Key.Reason))
                    .OrderByDescending(each => each.Count)
                    .ThenBy(each => each.Operator, StringComparer.Ordinal),
            ]
        );
    }

    // Takes nodes in an order in which each comes after those that it depends on, and stays with the provider, or with the CPU, for as long
    // as there are such nodes. Each stay with the provider is a partition.
    private static int CountPartitions(Node[] nodes, Predicate<Node> isTaken)
    {
        Dictionary<Node, int> waiting = nodes.ToDictionary(node => node, node => Before(node).Count());
        Queue<Node> taken = new(),
            left = new();
        foreach (Node node in nodes.Where(node => waiting[node] == 0))
        {
            (isTaken(node) ? taken : left).Enqueue(node);
        }

        int partitions = 0;
        while (taken.Count + left.Count > 0)
        {
            partitions += taken.Count > 0 ? 1 : 0;
            Queue<Node> stay = taken.Count > 0 ? taken : left;
            while (stay.TryDequeue(out Node? node))
            {
                foreach (
                    Node next in node
                        .Outputs.SelectMany(output => output.Uses)
                        .Select(use => use.Node)
                        .Distinct()
                        .Where(waiting.ContainsKey)
                )
                {
                    if (--waiting[next] == 0)
                    {
                        (isTaken(next) ? taken : left).Enqueue(next);
                    }
                }
            }
        }

        return partitions;
    }

    private static IEnumerable<Node> Before(Node node) =>
        node.Inputs.Select(input => input?.Producer).OfType<Node>().Where(producer => !producer.Is(Constant)).Distinct();
}

/// <summary>Nodes that a provider does not take.</summary>
/// <param name="Operator">The operator, with its domain where that is not the standard.</param>
/// <param name="Count">Number of nodes.</param>
/// <param name="Reason">Reason why they stay on the CPU.</param>
public sealed record LeftOperator(string Operator, int Count, string Reason);
