using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace VampNet.Onnx;

/// <summary>The attributes of one node, in the order of the file, each name once.</summary>
public sealed class AttributeMap : IReadOnlyCollection<Attribute>
{
    private readonly OrderedDictionary<string, Attribute> _attributes = new(StringComparer.Ordinal);
    private readonly Node _node;

    internal AttributeMap(Node node) => _node = node;

    /// <inheritdoc/>
    public int Count => _attributes.Count;

    /// <summary>The attribute of that name, or null.</summary>
    public Attribute? this[string name] => _attributes.GetValueOrDefault(name);

    /// <summary>Whether there is an attribute of that name.</summary>
    public bool Contains(string name) => _attributes.ContainsKey(name);

    /// <summary>Finds an attribute by name.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out Attribute? attribute) => _attributes.TryGetValue(name, out attribute);

    /// <summary>The integer of that name, or the default when there is none.</summary>
    /// <exception cref="OnnxException">The attribute holds something else (<see cref="DiagnosticIds.AttributeKind"/>); so for all that
    /// follow.</exception>
    public long GetInt(string name, long defaultValue) => Find(name, AttributeKind.Int)?.Int ?? defaultValue;

    /// <summary>The integer of that name.</summary>
    public long GetInt(string name) => Need(name, AttributeKind.Int).Int;

    /// <summary>The number of that name, or the default when there is none.</summary>
    public float GetFloat(string name, float defaultValue) => Find(name, AttributeKind.Float)?.Float ?? defaultValue;

    /// <summary>The text of that name, or the default when there is none.</summary>
    public string GetString(string name, string defaultValue) => Find(name, AttributeKind.String)?.String ?? defaultValue;

    /// <summary>The text of that name.</summary>
    public string GetString(string name) => Need(name, AttributeKind.String).String;

    /// <summary>The integers of that name, or null when there are none.</summary>
    public ImmutableArray<long>? GetInts(string name) => Find(name, AttributeKind.Ints)?.Ints;

    /// <summary>The numbers of that name, or null when there are none.</summary>
    public ImmutableArray<float>? GetFloats(string name) => Find(name, AttributeKind.Floats)?.Floats;

    /// <summary>The tensor of that name, or null when there is none.</summary>
    public TensorData? GetTensor(string name) => Find(name, AttributeKind.Tensor)?.Tensor;

    /// <summary>The subgraph of that name.</summary>
    public Graph GetGraph(string name) => Need(name, AttributeKind.Graph).Graph;

    /// <summary>Adds an attribute, or replaces the one of the same name in its place.</summary>
    public void Set(Attribute attribute)
    {
        ArgumentNullException.ThrowIfNull(attribute);
        if (_attributes.TryGetValue(attribute.Name, out Attribute? old))
        {
            foreach (Graph graph in old.Subgraphs)
            {
                graph.AttachTo(null);
            }
        }

        foreach (Graph graph in attribute.Subgraphs)
        {
            graph.AttachTo(_node);
        }

        _attributes[attribute.Name] = attribute;
    }

    /// <summary>Removes the attribute of that name, if there is one.</summary>
    public bool Remove(string name) => _attributes.Remove(name);

    /// <inheritdoc/>
    public IEnumerator<Attribute> GetEnumerator() => _attributes.Values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private Attribute? Find(string name, AttributeKind kind)
    {
        Attribute? attribute = this[name];
        return attribute is null || (attribute.Kind == kind && attribute.Reference is null)
            ? attribute
            : throw Refuse(name, attribute, kind);
    }

    private Attribute Need(string name, AttributeKind kind) => Find(name, kind) ?? throw Refuse(name, null, kind);

    private OnnxException Refuse(string name, Attribute? found, AttributeKind wanted)
    {
        string what = found switch
        {
            null => "no attribute",
            { Reference: { } parameter } => $"a reference to the function parameter '{parameter}' as attribute",
            _ => $"{found.Kind} as attribute",
        };
        return new OnnxException(
            DiagnosticIds.AttributeKind,
            found: $"{what} '{name}' at {_node.Describe()}",
            expected: $"{wanted}",
            advice: "Correct the node's attribute"
        );
    }
}
