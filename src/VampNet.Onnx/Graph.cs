using VampNet.Onnx.Proto;

namespace VampNet.Onnx;

/// <summary>
/// Nodes in the order in which they run, and the values that flow between them. A subgraph (of If, Loop, Scan) refers to
/// values of the graphs around it by holding the same <see cref="Value"/> objects. Not safe for concurrent changes.
/// </summary>
public sealed class Graph
{
    private readonly List<Value> _inputs = [];
    private readonly List<GraphOutput> _outputs = [];
    private readonly List<Value> _initializers = [];
    private readonly NodeList _nodes = [];
    private HashSet<string>? _names;
    private Value[]? _outputValues;
    private readonly Dictionary<string, int> _lastNumbers = new(StringComparer.Ordinal);

    /// <summary>An empty graph.</summary>
    public Graph(string name) => Name = name;

    /// <summary>The graph's name.</summary>
    public string Name { get; set; }

    /// <summary>A note for people; null when there is none.</summary>
    public string? DocString { get; set; }

    /// <summary>The inputs, in the order in which a caller passes them.</summary>
    public IReadOnlyList<Value> Inputs => _inputs;

    /// <summary>The outputs, in the order in which a caller receives them; one value may be several of them.</summary>
    public IReadOnlyList<Value> Outputs => _outputValues ??= [.. _outputs.Select(output => output.Value)];

    /// <summary>The dense and sparse initializers, in the order of the file.</summary>
    public IReadOnlyList<Value> Initializers => _initializers;

    /// <summary>The nodes, each after those whose results it reads.</summary>
    public IReadOnlyList<Node> Nodes => _nodes;

    /// <summary>The node whose subgraph this is; null for a model's or a function's graph.</summary>
    public Node? ParentNode { get; private set; }

    /// <summary>The graph around this one; null for a model's or a function's graph.</summary>
    public Graph? Parent => ParentNode?.Graph;

    /// <summary>The graph's protobuf message, for fields that the representation does not model.</summary>
    internal GraphProto? Carrier { get; set; }

    /// <summary>The value_info entries that match no value of this graph, with their positions.</summary>
    internal List<(int Order, ValueInfoProto Info)> StrayInfos { get; } = [];

    /// <summary>The first node; null when there is none.</summary>
    internal Node? FirstNode => _nodes.First;

    /// <summary>The outputs with their protobuf messages.</summary>
    internal IReadOnlyList<GraphOutput> OutputEntries => _outputs;

    /// <summary>Every name of a value or node in use in this graph, those around it and those within it.</summary>
    internal HashSet<string> Names => Root._names ??= CollectNames(Root, []);

    private Graph Root
    {
        get
        {
            Graph root = this;
            while (root.Parent is { } parent)
            {
                root = parent;
            }

            return root;
        }
    }

    /// <summary>Adds an input.</summary>
    public Value AddInput(string name, ValueType? type)
    {
        Value value = new(Claim(name), this) { Type = type, IsGraphInput = true };
        _inputs.Add(value);
        return value;
    }

    /// <summary>Makes an initializer an input too: a default that a caller may override.</summary>
    internal void AddInput(Value value)
    {
        value.IsGraphInput = true;
        _inputs.Add(value);
    }

    /// <summary>Removes an input; an initializer of that value stays, and becomes a constant.</summary>
    public void RemoveInput(Value value)
    {
        ArgumentNullException.ThrowIfNull(value);
        value.IsGraphInput &= !_inputs.Remove(value);
    }

    /// <summary>Adds a value as an output. It may belong to an enclosing graph.</summary>
    public void AddOutput(Value value)
    {
        ArgumentNullException.ThrowIfNull(value);
        AddOutput(new GraphOutput(value, null, null));
    }

    internal void AddOutput(GraphOutput output)
    {
        output.Value.OutputCount++;
        _outputs.Add(output);
        _outputValues = null;
    }

    /// <summary>Replaces the output at that index.</summary>
    public void SetOutput(int index, Value value)
    {
        ArgumentNullException.ThrowIfNull(value);
        _outputs[index].Value.OutputCount--;
        value.OutputCount++;
        _outputs[index] = new GraphOutput(value, _outputs[index].Carrier, _outputs[index].CarrierType);
        _outputValues = null;
    }

    /// <summary>Adds a constant.</summary>
    public Value AddInitializer(string name, TensorData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        Value value = new(Claim(name), this)
        {
            Constant = data,
            Type = new TensorType(data.ElementType, TensorShape.Of(data.Shape.AsSpan())),
        };
        _initializers.Add(value);
        return value;
    }

    internal void AddInitializer(Value value) => _initializers.Add(value);

    /// <summary>Adds an initializer, dense or sparse, with the contents of another.</summary>
    /// <param name="source">The other one.</param>
    /// <param name="name">The name here.</param>
    /// <param name="input">The input of this graph whose default it is; null when it is a constant.</param>
    internal Value AddCopy(Value source, string name, Value? input)
    {
        Value value = input ?? new Value(Claim(name), this) { Type = source.Type };
        (value.Constant, value.SparseConstant) = (source.Constant, source.SparseConstant);
        _initializers.Add(value);
        return value;
    }

    /// <summary>Removes an initializer.</summary>
    public void RemoveInitializer(Value value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (_initializers.Remove(value))
        {
            value.Constant = null;
            value.SparseConstant = null;
        }
    }

    /// <summary>Appends a node.</summary>
    /// <param name="opType">The operator.</param>
    /// <param name="inputs">Its inputs; null for an omitted input.</param>
    /// <param name="outputNames">The names of its outputs; empty for an omitted output.</param>
    /// <param name="attributes">Its constant parameters.</param>
    /// <param name="domain">The operator's domain; empty for ai.onnx.</param>
    /// <param name="name">The node's label.</param>
    public Node AddNode(
        string opType,
        ReadOnlySpan<Value?> inputs,
        ReadOnlySpan<string> outputNames,
        ReadOnlySpan<Attribute> attributes = default,
        string domain = "",
        string name = ""
    ) => InsertNode((Node?)null, opType, inputs, outputNames, attributes, domain, name);

    /// <summary>Inserts a node at an index of <see cref="Nodes"/>; the rest as in AddNode.</summary>
    public Node InsertNode(
        int index,
        string opType,
        ReadOnlySpan<Value?> inputs,
        ReadOnlySpan<string> outputNames,
        ReadOnlySpan<Attribute> attributes = default,
        string domain = "",
        string name = ""
    ) => InsertNode(index == _nodes.Count ? null : _nodes[index], opType, inputs, outputNames, attributes, domain, name);

    /// <summary>Inserts a node before another one, or last when that is null; the rest as in AddNode.</summary>
    public Node InsertNode(
        Node? before,
        string opType,
        ReadOnlySpan<Value?> inputs,
        ReadOnlySpan<string> outputNames,
        ReadOnlySpan<Attribute> attributes = default,
        string domain = "",
        string name = ""
    ) => InsertNode(before, opType, inputs, outputNames, attributes, domain, name, carrier: null);

    internal Node InsertNode(
        Node? before,
        string opType,
        ReadOnlySpan<Value?> inputs,
        ReadOnlySpan<string> outputNames,
        ReadOnlySpan<Attribute> attributes,
        string domain,
        string name,
        NodeProto? carrier
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(opType);
        Value[] outputs = new Value[outputNames.Length];
        for (int i = 0; i < outputs.Length; i++)
        {
            outputs[i] = new Value(Claim(outputNames[i]), this);
        }

        Node node = new(this, opType, domain, Claim(name), inputs, outputs) { Carrier = carrier };
        foreach (Attribute attribute in attributes)
        {
            node.Attributes.Set(attribute);
        }

        _nodes.InsertBefore(before, node);
        return node;
    }

    internal void AddNode(Node node) => _nodes.Add(node);

    /// <summary>The node that runs after another one; null when that is the last.</summary>
    /// <exception cref="ArgumentException">The node is not in this graph.</exception>
    public Node? NextOf(Node node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return _nodes.Contains(node) ? node.Place.Next : throw new ArgumentException($"{node} is not in the graph '{Name}'.", nameof(node));
    }

    /// <summary>The index of a node in <see cref="Nodes"/>. Indices are recomputed after every change; <see cref="Node.Precedes"/> needs no
    /// indices.</summary>
    /// <exception cref="ArgumentException">The node is not in this graph.</exception>
    public int IndexOf(Node node)
    {
        ArgumentNullException.ThrowIfNull(node);
        int index = _nodes.IndexOf(node);
        return index >= 0 ? index : throw new ArgumentException($"{node} is not in the graph '{Name}'.", nameof(node));
    }

    /// <summary>Removes nodes, whose results no other node may read.</summary>
    /// <exception cref="InvalidOperationException">A result is still read, or an output of a graph.</exception>
    public void RemoveNodes(IReadOnlySet<Node> nodes)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        foreach (Node node in nodes)
        {
            if (
                node.Outputs.FirstOrDefault(output => output.IsGraphOutput || output.Uses.Any(use => !IsWithin(use.Node, nodes))) is
                { } output
            )
            {
                throw new InvalidOperationException($"Cannot remove {node}: '{output.Name}' is still in use.");
            }
        }

        foreach (Node node in nodes)
        {
            node.Detach();
            node.IsRemoved = true;
        }

        foreach (Node node in nodes)
        {
            _nodes.Remove(node);
        }
    }

    /// <summary>Replaces a value by another in all readers and all graph outputs.</summary>
    public static void ReplaceUses(Value value, Value replacement)
    {
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(replacement);
        foreach (Use use in value.Uses.ToArray())
        {
            use.Node.SetInput(use.InputIndex, replacement);
        }

        if (value.IsGraphOutput)
        {
            foreach (Graph graph in value.Owner?.SelfAndSubgraphs() ?? [])
            {
                for (int i = 0; i < graph._outputs.Count; i++)
                {
                    if (graph._outputs[i].Value == value)
                    {
                        graph.SetOutput(i, replacement);
                    }
                }
            }
        }
    }

    /// <summary>Makes an unused name: the wish itself, or the wish and a number.</summary>
    public string FreshName(string wish)
    {
        if (wish.Length > 0 && !Names.Contains(wish))
        {
            return Claim(wish);
        }

        // Names are never released, so the search continues after the last number found in use.
        Dictionary<string, int> lastNumbers = Root._lastNumbers;
        int number = lastNumbers.GetValueOrDefault(wish);
        string name;
        do
        {
            name = $"{wish}_{++number}";
        } while (Names.Contains(name));

        lastNumbers[wish] = number;
        return Claim(name);
    }

    /// <summary>This graph and all graphs within it, outermost first.</summary>
    public IEnumerable<Graph> SelfAndSubgraphs() =>
        _nodes.SelectMany(node => node.Subgraphs).SelectMany(graph => graph.SelfAndSubgraphs()).Prepend(this);

    /// <summary>Every value that this graph defines: inputs, initializers, results of nodes, in that order, each once.</summary>
    public IEnumerable<Value> Values() =>
        _inputs.Concat(_initializers.Where(value => !value.IsGraphInput)).Concat(_nodes.SelectMany(node => node.Outputs));

    /// <summary>Makes this the subgraph of a node, and registers its names in the enclosing graphs; null detaches it.</summary>
    internal void AttachTo(Node? node)
    {
        ParentNode = node;
        Graph? root = node?.Graph;
        while (root?.Parent is { } parent)
        {
            root = parent;
        }

        if (root?._names is { } names)
        {
            CollectNames(this, names);
        }
    }

    private static bool IsWithin(Node? node, IReadOnlySet<Node> nodes)
    {
        for (; node is not null; node = node.Graph.ParentNode)
        {
            if (nodes.Contains(node))
            {
                return true;
            }
        }

        return false;
    }

    private string Claim(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        (Parent is null ? _names : Parent.Names)?.Add(name);
        return name;
    }

    private static HashSet<string> CollectNames(Graph graph, HashSet<string> names)
    {
        foreach (Graph part in graph.SelfAndSubgraphs())
        {
            names.UnionWith(part.Values().Select(value => value.Name));
            names.UnionWith(part.Nodes.Select(node => node.Name));
        }

        return names;
    }
}

/// <summary>One output of a graph.</summary>
/// <param name="Value">The value.</param>
/// <param name="Carrier">Its protobuf message, with the type as in the file.</param>
/// <param name="CarrierType">The value's type when the message was read.</param>
internal sealed record GraphOutput(Value Value, ValueInfoProto? Carrier, ValueType? CarrierType);
