using VampNet.Onnx;

namespace VampNet.Reporting.Explaining;

/// <summary>Arranges the nodes of any graph by their names: exporters write module paths into them, with dots or slashes between.</summary>
internal sealed class GraphTree
{
    // Deepest level of the tree. No model nests its modules so deeply; the rest of a longer name stays one piece.
    private const int Deepest = 16;

    private readonly Dictionary<string, GraphPart> _parts = new(StringComparer.Ordinal);
    private readonly HashSet<Value> _counted = [];
    private readonly char _separator;

    private GraphTree(Model model)
    {
        _separator = model.AllGraphs().SelectMany(graph => graph.Nodes).Any(node => node.Name.Contains('/', StringComparison.Ordinal))
            ? '/'
            : '.';
        Root = new GraphPart(model.Graph.Name, "");
        _parts[""] = Root;
    }

    /// <summary>The whole graph.</summary>
    public GraphPart Root { get; }

    /// <summary>Arranges a graph.</summary>
    /// <param name="model">Any graph; subgraphs and functions are parts of it.</param>
    /// <param name="milliseconds">The time of each node that ONNX Runtime ran, by name, with its operator. Those that the graph does not
    /// hold were made of several; they become parts of their own.</param>
    public static GraphPart Of(Model model, IReadOnlyDictionary<string, (string Operator, double Milliseconds)> milliseconds)
    {
        GraphTree tree = new(model);
        HashSet<string> known = new(StringComparer.Ordinal);
        tree.AddAll(model.Graph, [], milliseconds, known);
        foreach (Function function in model.Functions)
        {
            tree.AddAll(function.Body, [$"function {function.Name}"], milliseconds, known);
        }

        foreach ((string name, (string op, double time)) in milliseconds.Where(each => !known.Contains(each.Key)))
        {
            tree.AddNode(tree.Split(name.Length == 0 ? op : name), op, "", 0, time, isFused: true);
        }

        return tree.Root;
    }

    private void AddAll(
        Graph graph,
        string[] around,
        IReadOnlyDictionary<string, (string Operator, double Milliseconds)> milliseconds,
        HashSet<string> known
    )
    {
        foreach (Node node in graph.Nodes)
        {
            string op = node.Domain.Length == 0 ? node.OpType : $"{node.Domain}.{node.OpType}";
            string[] path = [.. around, .. node.Name.Length == 0 ? ["without a name", Label(node, op)] : Split(node.Name)];
            // Weights are initializers, or the tensors of Constant nodes.
            long constants = node
                .Attributes.Where(attribute => attribute is { Kind: AttributeKind.Tensor, Reference: null })
                .Sum(attribute => attribute.Tensor.ByteLength);
            long bytes =
                constants
                + node.Inputs.OfType<Value>()
                    .Where(input => input.Constant is not null && _counted.Add(input))
                    .Sum(input => input.Constant!.ByteLength);
            double time = node.Name.Length > 0 && known.Add(node.Name) ? milliseconds.GetValueOrDefault(node.Name).Milliseconds : 0;
            AddNode(path, op, Wiring(node), bytes, time, isFused: false);
            foreach (VampNet.Onnx.Attribute attribute in node.Attributes)
            {
                foreach (Graph inner in attribute.Subgraphs)
                {
                    AddAll(inner, [.. path, attribute.Name], milliseconds, known);
                }
            }
        }
    }

    private void AddNode(string[] path, string op, string wiring, long bytes, double milliseconds, bool isFused)
    {
        int nodes = isFused ? 0 : 1;
        GraphPart parent = Root;
        parent.Count(nodes, bytes, milliseconds);
        foreach (string piece in path[..^1])
        {
            string at = Join(parent, piece);
            if (!_parts.TryGetValue(at, out GraphPart? part))
            {
                part = new GraphPart(piece, at);
                _parts[at] = part;
                parent.Add(part);
            }

            part.Count(nodes, bytes, milliseconds);
            parent = part;
        }

        // A module may have the name of a node within another, and names of functions' nodes may repeat.
        string own = Join(parent, path[^1]);
        for (int copy = 2; _parts.ContainsKey(own); copy++)
        {
            own = $"{Join(parent, path[^1])} ({copy})";
        }

        GraphPart node = new(path[^1], own)
        {
            Operator = op,
            Wiring = wiring,
            IsFused = isFused,
        };
        node.Count(nodes, bytes, milliseconds);
        _parts[own] = node;
        parent.Add(node);
    }

    private string Join(GraphPart parent, string piece) => parent.Path.Length == 0 ? piece : $"{parent.Path}{_separator}{piece}";

    private string[] Split(string name)
    {
        string[] pieces = name.Split(_separator, Deepest, StringSplitOptions.RemoveEmptyEntries);
        return pieces.Length == 0 ? [name] : pieces;
    }

    private static string Label(Node node, string op) => node.Outputs.Count > 0 ? node.Outputs[0].Name : op;

    private static string Wiring(Node node) =>
        $"{string.Join(", ", node.Inputs.OfType<Value>().Select(Describe))} \u2192 "
        + $"{string.Join(", ", node.Outputs.Where(output => output.Name.Length > 0).Select(Describe))}";

    private static string Describe(Value value) =>
        value.Constant is { } data ? $"{value.Name} {data}"
        : value.Type is { } type ? $"{value.Name} {type}"
        : value.Name;
}
