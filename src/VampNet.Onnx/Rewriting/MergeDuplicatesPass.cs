using System.Globalization;
using System.Security.Cryptography;

namespace VampNet.Onnx.Rewriting;

/// <summary>
/// Common subexpression elimination: merges nodes with equal operators, attributes and inputs, and small initializers with equal contents.
/// Nodes that draw random numbers, hold subgraphs or call functions stay apart.
/// </summary>
internal sealed class MergeDuplicatesPass : RewritePass
{
    /// <summary>Initializers beyond this many bytes are not compared: reading gigabytes would cost more than it saves.</summary>
    public const long MaxComparedBytes = 1 << 16;

    private static readonly HashSet<string> RandomOperators =
    [
        "RandomNormal",
        "RandomNormalLike",
        "RandomUniform",
        "RandomUniformLike",
        "Multinomial",
        "Bernoulli",
        "Dropout",
    ];

    /// <inheritdoc/>
    public override NumericalEffect Effect => NumericalEffect.Exact;

    /// <inheritdoc/>
    public override GraphProperties Ensures => GraphProperties.Valid | GraphProperties.Clean;

    /// <inheritdoc/>
    public override bool Run(Model model, RewriteTarget target, ICollection<RewriteRecord> records)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(records);
        HashSet<(string, string)> functions = [.. model.Functions.Select(function => (function.Domain, function.Name))];
        bool modified = false;
        foreach (Graph graph in model.AllGraphs().ToList())
        {
            modified |= MergeInitializers(graph, records) | MergeNodes(graph, functions, records);
        }

        return modified;
    }

    private bool MergeInitializers(Graph graph, ICollection<RewriteRecord> records)
    {
        Dictionary<string, Value> seen = new(StringComparer.Ordinal);
        bool modified = false;
        foreach (Value value in graph.Initializers.ToList())
        {
            if (
                !value.IsConstant
                || value.IsGraphOutput
                || value.Constant is not { } data
                || data.ElementType == ElementType.String
                || data.ByteLength > MaxComparedBytes
            )
            {
                continue;
            }

            string key = $"{data} {Convert.ToHexString(SHA256.HashData(data.ToBytes()))}";
            if (!seen.TryAdd(key, value))
            {
                Graph.ReplaceUses(value, seen[key]);
                graph.RemoveInitializer(value);
                records.Add(new RewriteRecord(Name, "Initializer", $"'{value.Name}'", true, null));
                modified = true;
            }
        }

        return modified;
    }

    private bool MergeNodes(Graph graph, HashSet<(string, string)> functions, ICollection<RewriteRecord> records)
    {
        Dictionary<Value, int> numbers = [];
        Dictionary<string, Node> seen = new(StringComparer.Ordinal);
        HashSet<Node> merged = [];
        foreach (Node node in graph.Nodes.ToList())
        {
            bool staysApart =
                RandomOperators.Contains(node.OpType)
                || node.Subgraphs.Any()
                || functions.Contains((node.Domain, node.OpType))
                || node.Outputs.Any(output => output.IsGraphOutput);
            if (KeyOf(node, numbers) is not { } key || staysApart || seen.TryAdd(key, node))
            {
                continue;
            }

            Node first = seen[key];
            for (int i = 0; i < node.Outputs.Count; i++)
            {
                Graph.ReplaceUses(node.Outputs[i], first.Outputs[i]);
            }

            merged.Add(node);
            records.Add(new RewriteRecord(Name, "Node", node.Describe(), true, null));
        }

        graph.RemoveNodes(merged);
        return merged.Count > 0;
    }

    /// <summary>Key that equal nodes share; null if the node has attributes that are not compared.</summary>
    private static string? KeyOf(Node node, Dictionary<Value, int> numbers)
    {
        List<string> parts = [node.Domain, node.OpType, node.Overload ?? "", node.Outputs.Count.ToString(CultureInfo.InvariantCulture)];
        parts.AddRange(node.Outputs.Select(output => output.Name.Length > 0 ? "+" : "-"));
        foreach (Value? input in node.Inputs)
        {
            int number = -1;
            if (input is not null && !numbers.TryGetValue(input, out number))
            {
                numbers.Add(input, number = numbers.Count);
            }

            parts.Add(number.ToString(CultureInfo.InvariantCulture));
        }

        foreach (Attribute attribute in node.Attributes.OrderBy(attribute => attribute.Name, StringComparer.Ordinal))
        {
            if (ContentsOf(attribute) is not { } contents)
            {
                return null;
            }

            parts.Add($"{attribute.Name}={contents}");
        }

        return string.Join('|', parts);
    }

    private static string? ContentsOf(Attribute attribute) =>
        attribute switch
        {
            { Reference: not null } => null,
            { Kind: AttributeKind.Int } => $"i{attribute.Int}",
            { Kind: AttributeKind.Float } => $"f{BitConverter.SingleToInt32Bits(attribute.Float)}",
            { Kind: AttributeKind.String } => $"s{attribute.String.Length}:{attribute.String}",
            { Kind: AttributeKind.Ints } => $"l{string.Join(',', attribute.Ints)}",
            { Kind: AttributeKind.Floats } => $"g{string.Join(',', attribute.Floats.Select(BitConverter.SingleToInt32Bits))}",
            { Kind: AttributeKind.Tensor }
                when attribute.Tensor is { ElementType: not ElementType.String, ByteLength: <= MaxComparedBytes } data =>
                $"t{data} {Convert.ToHexString(data.ToBytes())}",
            _ => null,
        };
}
