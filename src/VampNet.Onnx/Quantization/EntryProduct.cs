using System.Collections.Immutable;

namespace VampNet.Onnx.Quantization;

/// <summary>
/// Products that read the model's input, or rows of a table, directly or only rearranged. Rounding there reaches everything after it, and
/// such products are small next to the rest. Where they hold at most a tenth of the weights, dynamic quantization leaves them in float32
/// unless a pattern includes them.
/// </summary>
internal static class EntryProduct
{
    // Largest share of the elements of all constant matrices; beyond it, the file would no longer be near a quarter of its size.
    private const double LargestShare = 0.1;

    private static readonly ImmutableHashSet<string> Layout = ["Reshape", "Transpose", "Squeeze", "Unsqueeze", "Flatten", "Identity"];

    /// <summary>Reason for leaving such a product in float32.</summary>
    public const string Reason =
        "a small product of the model's own input, where rounding would cost most; include it by name to quantize it";

    /// <summary>The products to leave alone; none when a pattern includes nodes, or when they hold too much of the weights.</summary>
    public static ImmutableHashSet<Node> ToLeave(Model model, NodeSelection selection)
    {
        if (selection.Include.Count > 0)
        {
            return [];
        }

        MatrixWeight[] weights =
        [
            .. model
                .Graph.SelfAndSubgraphs()
                .SelectMany(graph => graph.Nodes)
                .Select(node => MatrixWeight.Of(node).Weight)
                .OfType<MatrixWeight>(),
        ];
        MatrixWeight[] entries = [.. weights.Where(weight => IsGiven(weight.Node.Inputs[0]!))];
        return Elements(entries) <= LargestShare * Elements(weights) ? [.. entries.Select(weight => weight.Node)] : [];
    }

    private static long Elements(IEnumerable<MatrixWeight> weights) =>
        weights.Select(weight => weight.Value).Distinct().Sum(value => value.Constant!.ElementCount);

    private static bool IsGiven(Value value) =>
        value.Producer is not { } node
        || (node.Is("Gather") && node.Input(0) is { IsConstant: true })
        || (node.Domain.Length == 0 && Layout.Contains(node.OpType) && node.Input(0) is { } source && IsGiven(source));
}
