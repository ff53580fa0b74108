using VampNet.Onnx.Proto;

namespace VampNet.Onnx;

/// <summary>One use of a value: the input of a node.</summary>
/// <param name="Node">The node that reads the value.</param>
/// <param name="InputIndex">Index of the input, from 0.</param>
public readonly record struct Use(Node Node, int InputIndex);

/// <summary>
/// An edge of the graph: an output of a node, an input of the graph, or an initializer. Values are compared by reference; the name is that
/// in the file.
/// </summary>
public sealed class Value
{
    private readonly List<Use> _uses = [];
    private string _name;

    internal Value(string name, Graph? owner)
    {
        _name = name;
        Owner = owner;
    }

    /// <summary>The name in the file; empty for an optional output that a node leaves out.</summary>
    public string Name
    {
        get => _name;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _name = value;
            Owner?.Names.Add(value);
        }
    }

    /// <summary>The declared or inferred type; null when neither is known.</summary>
    public ValueType? Type { get; set; }

    /// <summary>The type when it is a dense tensor's; null otherwise.</summary>
    public TensorType? TensorType => Type as TensorType;

    /// <summary>A note for people; null when there is none.</summary>
    public string? DocString { get; set; }

    /// <summary>The node that produces the value; null for inputs and initializers.</summary>
    public Node? Producer { get; internal set; }

    /// <summary>Index among the producer's outputs, from 0.</summary>
    public int OutputIndex { get; internal set; }

    /// <summary>The graph that defines the value; null if it is undefined, which a verifier reports.</summary>
    public Graph? Owner { get; internal set; }

    /// <summary>The inputs of nodes that read the value, subgraphs' nodes included, in no particular order. Outputs of graphs are no
    /// uses.</summary>
    public IReadOnlyList<Use> Uses => _uses;

    /// <summary>The contents, when the value is an initializer. A value that is an input too takes them as a default only.</summary>
    public TensorData? Constant { get; set; }

    /// <summary>The contents, when the value is a sparse initializer.</summary>
    public SparseTensorData? SparseConstant { get; internal set; }

    /// <summary>Whether the value is an initializer that no caller can override.</summary>
    public bool IsConstant => Constant is not null && !IsGraphInput;

    /// <summary>Whether the value is an input of the graph that owns it.</summary>
    public bool IsGraphInput { get; internal set; }

    /// <summary>Whether the value is an output of some graph.</summary>
    public bool IsGraphOutput => OutputCount > 0;

    /// <summary>Number of graph outputs that are this value.</summary>
    internal int OutputCount { get; set; }

    /// <summary>The value's protobuf message, for fields beside name and type, and for the type as in the file.</summary>
    internal ValueInfoProto? Carrier { get; set; }

    /// <summary>The type that <see cref="Carrier"/> spells.</summary>
    internal ValueType? CarrierType { get; set; }

    /// <summary>The place among the graph's value_info entries; -1 when it has none.</summary>
    internal int InfoOrder { get; set; } = -1;

    internal void AddUse(Use use) => _uses.Add(use);

    internal void RemoveUse(Use use) => _uses.Remove(use);

    /// <inheritdoc/>
    public override string ToString() => $"%{Name}: {Type?.ToString() ?? "?"}";
}
