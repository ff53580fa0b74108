namespace VampNet.Onnx.Rewriting.Inlining;

/// <summary>The functions that a model's nodes call, with their sizes including nested calls.</summary>
internal sealed class FunctionIndex
{
    private readonly Dictionary<(string Domain, string Name, string Overload), Function> _functions = [];
    private readonly Dictionary<Function, long> _sizes = [];

    /// <param name="model">A valid model: no function calls itself.</param>
    public FunctionIndex(Model model)
    {
        foreach (Function function in model.Functions)
        {
            _functions.TryAdd((function.Domain, function.Name, function.Overload), function);
        }

        NodesWhenInlined = SizeOf(model.Graph);
    }

    /// <summary>The number of nodes of the main graph once every call is inlined; as large as a long where it is beyond.</summary>
    public long NodesWhenInlined { get; }

    /// <summary>The function that a node calls; null when it is an operator's.</summary>
    public Function? Called(Node node) => _functions.GetValueOrDefault((node.Domain, node.OpType, node.Overload ?? ""));

    /// <summary>The functions that a graph calls, directly or through others.</summary>
    public HashSet<Function> Reachable(Graph graph)
    {
        HashSet<Function> reached = [];
        Stack<Graph> open = new([graph]);
        while (open.TryPop(out Graph? next))
        {
            foreach (
                Function function in next.SelfAndSubgraphs()
                    .SelectMany(each => each.Nodes)
                    .Select(Called)
                    .OfType<Function>()
                    .Where(reached.Add)
            )
            {
                open.Push(function.Body);
            }
        }

        return reached;
    }

    private long SizeOf(Graph graph)
    {
        long size = 0;
        foreach (Node node in graph.SelfAndSubgraphs().SelectMany(each => each.Nodes))
        {
            long added = Called(node) is { } function ? SizeOf(function) : 1;
            size = size > long.MaxValue - added ? long.MaxValue : size + added;
        }

        return size;
    }

    private long SizeOf(Function function)
    {
        if (!_sizes.TryGetValue(function, out long size))
        {
            _sizes[function] = long.MaxValue; // A function that calls itself never ends.
            _sizes[function] = size = SizeOf(function.Body);
        }

        return size;
    }
}
