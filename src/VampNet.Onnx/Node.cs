using VampNet.Onnx.Proto;

namespace VampNet.Onnx;

/// <summary>One application of an operator.</summary>
public sealed class Node
{
    private readonly List<Value?> _inputs = [];
    private Value[] _outputs;
    private NodePlace _place;

    internal Node(Graph graph, string opType, string domain, string name, ReadOnlySpan<Value?> inputs, ReadOnlySpan<Value> outputs)
    {
        Graph = graph;
        OpType = opType;
        Domain = domain;
        Name = name;
        Attributes = new AttributeMap(this);
        _outputs = outputs.ToArray();
        for (int i = 0; i < _outputs.Length; i++)
        {
            _outputs[i].Producer = this;
            _outputs[i].OutputIndex = i;
        }

        foreach (Value? input in inputs)
        {
            AddInput(input);
        }
    }

    /// <summary>A label for messages; may be empty, and need not be unique.</summary>
    public string Name { get; set; }

    /// <summary>The operator's name within its domain, or a function's.</summary>
    public string OpType { get; set; }

    /// <summary>The operator's domain; empty for ai.onnx.</summary>
    public string Domain { get; set; }

    /// <summary>The overload of a function; null if there is only one of its name.</summary>
    public string? Overload { get; set; }

    /// <summary>A note for people; null when there is none.</summary>
    public string? DocString { get; set; }

    /// <summary>The inputs; null stands for an omitted optional input.</summary>
    public IReadOnlyList<Value?> Inputs => _inputs;

    /// <summary>The outputs; a value without a name is an omitted optional output.</summary>
    public IReadOnlyList<Value> Outputs => _outputs;

    /// <summary>The constant parameters.</summary>
    public AttributeMap Attributes { get; }

    /// <summary>The graph that the node is in, or was in before its removal.</summary>
    public Graph Graph { get; internal set; }

    /// <summary>The node's position in its graph.</summary>
    internal ref NodePlace Place => ref _place;

    /// <summary>Whether the node was taken out of its graph.</summary>
    public bool IsRemoved { get; internal set; }

    /// <summary>The node's protobuf message, for fields that the representation does not model.</summary>
    internal NodeProto? Carrier { get; init; }

    /// <summary>Whether the node runs before another node of the same graph.</summary>
    /// <exception cref="ArgumentException">The other node is in another graph, or in none.</exception>
    public bool Precedes(Node other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return _place.List is not null && _place.List == other._place.List
            ? _place.Order < other._place.Order
            : throw new ArgumentException($"{this} and {other} are not in one graph.", nameof(other));
    }

    /// <summary>Appends an output, for operators that give any number of them: If, Loop and Scan.</summary>
    /// <param name="name">The value's name, which must be unused; see <see cref="Graph.FreshName"/>.</param>
    public Value AddOutput(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Value output = new(name, Graph) { Producer = this, OutputIndex = _outputs.Length };
        _outputs = [.. _outputs, output];
        return output;
    }

    /// <summary>Whether the node is this operator of ai.onnx.</summary>
    public bool Is(string opType) => OpType == opType && Domain.Length == 0;

    /// <summary>The input at that index; null if it is omitted or beyond the last.</summary>
    public Value? Input(int index) => index < _inputs.Count ? _inputs[index] : null;

    /// <summary>Replaces an input.</summary>
    /// <param name="index">From 0 to the number of inputs; the latter appends one.</param>
    /// <param name="value">The value, or null to leave the input out.</param>
    public void SetInput(int index, Value? value)
    {
        if (index == _inputs.Count)
        {
            AddInput(value);
            return;
        }

        _inputs[index]?.RemoveUse(new Use(this, index));
        _inputs[index] = value;
        value?.AddUse(new Use(this, index));
    }

    /// <summary>Replaces all inputs.</summary>
    internal void SetInputs(ReadOnlySpan<Value?> inputs)
    {
        for (int i = 0; i < _inputs.Count; i++)
        {
            _inputs[i]?.RemoveUse(new Use(this, i));
        }

        _inputs.Clear();
        foreach (Value? input in inputs)
        {
            AddInput(input);
        }
    }

    /// <summary>The subgraphs in the node's attributes.</summary>
    public IEnumerable<Graph> Subgraphs => Attributes.SelectMany(attribute => attribute.Subgraphs);

    /// <summary>Describes the node for messages: operator, name, and where it has no name its first output.</summary>
    public string Describe()
    {
        string op = Domain.Length == 0 ? OpType : $"{Domain}::{OpType}";
        return Name.Length > 0 ? $"{op} '{Name}'"
            : _outputs.Length > 0 ? $"{op} producing '{_outputs[0].Name}'"
            : op;
    }

    /// <summary>Removes all inputs, so that this node is no longer a reader of their values.</summary>
    internal void Detach()
    {
        for (int i = 0; i < _inputs.Count; i++)
        {
            _inputs[i]?.RemoveUse(new Use(this, i));
            _inputs[i] = null;
        }

        foreach (Node inner in Subgraphs.SelectMany(graph => graph.Nodes))
        {
            inner.Detach();
        }
    }

    private void AddInput(Value? value)
    {
        _inputs.Add(value);
        value?.AddUse(new Use(this, _inputs.Count - 1));
    }

    /// <inheritdoc/>
    public override string ToString() => Describe();
}
