using System.Collections.Immutable;
using Google.Protobuf;
using VampNet.Onnx.Proto;

namespace VampNet.Onnx;

/// <summary>A named constant parameter of a node. Immutable, except for the subgraphs it may hold.</summary>
public sealed class Attribute
{
    private readonly object? _value;

    internal Attribute(string name, AttributeKind kind, object? value, string? reference = null, AttributeProto? carrier = null)
    {
        Name = name;
        Kind = kind;
        _value = value;
        Reference = reference;
        Carrier = carrier;
    }

    /// <summary>The name of the operator's parameter.</summary>
    public string Name { get; }

    /// <summary>The kind of its contents.</summary>
    public AttributeKind Kind { get; }

    /// <summary>Inside a function: the parameter of the function that gives the contents; otherwise null.</summary>
    public string? Reference { get; }

    /// <summary>The integer.</summary>
    /// <exception cref="OnnxException">The attribute holds something else (<see cref="DiagnosticIds.AttributeKind"/>); so for all that
    /// follow.</exception>
    public long Int => As<long>(AttributeKind.Int);

    /// <summary>The number.</summary>
    public float Float => As<float>(AttributeKind.Float);

    /// <summary>The text.</summary>
    public string String => As<ByteString>(AttributeKind.String).ToStringUtf8();

    /// <summary>The tensor.</summary>
    public TensorData Tensor => As<TensorData>(AttributeKind.Tensor);

    /// <summary>The sparse tensor.</summary>
    public SparseTensorData SparseTensor => As<SparseTensorData>(AttributeKind.SparseTensor);

    /// <summary>The subgraph.</summary>
    public Graph Graph => As<Graph>(AttributeKind.Graph);

    /// <summary>The type; null when the file left it empty.</summary>
    public ValueType? Type => As<TypeSlot>(AttributeKind.Type).Type;

    /// <summary>The integers.</summary>
    public ImmutableArray<long> Ints => As<ImmutableArray<long>>(AttributeKind.Ints);

    /// <summary>The numbers.</summary>
    public ImmutableArray<float> Floats => As<ImmutableArray<float>>(AttributeKind.Floats);

    /// <summary>The texts.</summary>
    public ImmutableArray<string> Strings => [.. As<ImmutableArray<ByteString>>(AttributeKind.Strings).Select(text => text.ToStringUtf8())];

    /// <summary>The tensors.</summary>
    public ImmutableArray<TensorData> Tensors => As<ImmutableArray<TensorData>>(AttributeKind.Tensors);

    /// <summary>The sparse tensors.</summary>
    public ImmutableArray<SparseTensorData> SparseTensors => As<ImmutableArray<SparseTensorData>>(AttributeKind.SparseTensors);

    /// <summary>The subgraphs.</summary>
    public ImmutableArray<Graph> Graphs => As<ImmutableArray<Graph>>(AttributeKind.Graphs);

    /// <summary>Every subgraph that the attribute holds, one or many or none.</summary>
    public ImmutableArray<Graph> Subgraphs =>
        _value switch
        {
            Graph graph => [graph],
            ImmutableArray<Graph> graphs => graphs,
            _ => [],
        };

    /// <summary>The protobuf message, for the fields beside the contents; it includes the contents where they cannot change.</summary>
    internal AttributeProto? Carrier { get; }

    internal object? Contents => _value;

    /// <summary>An integer attribute.</summary>
    public static Attribute Of(string name, long value) => new(name, AttributeKind.Int, value);

    /// <summary>A number attribute.</summary>
    public static Attribute Of(string name, float value) => new(name, AttributeKind.Float, value);

    /// <summary>A text attribute.</summary>
    public static Attribute Of(string name, string value) => new(name, AttributeKind.String, ByteString.CopyFromUtf8(value));

    /// <summary>An attribute of integers.</summary>
    public static Attribute Of(string name, ReadOnlySpan<long> value) => new(name, AttributeKind.Ints, value.ToImmutableArray());

    /// <summary>An attribute of numbers.</summary>
    public static Attribute Of(string name, ReadOnlySpan<float> value) => new(name, AttributeKind.Floats, value.ToImmutableArray());

    /// <summary>An attribute of texts.</summary>
    public static Attribute Of(string name, ReadOnlySpan<string> value)
    {
        ImmutableArray<string> texts = [.. value];
        return new Attribute(name, AttributeKind.Strings, ImmutableArray.CreateRange(texts, ByteString.CopyFromUtf8));
    }

    /// <summary>A tensor attribute.</summary>
    public static Attribute Of(string name, TensorData value) => new(name, AttributeKind.Tensor, value);

    /// <summary>A type attribute.</summary>
    public static Attribute Of(string name, ValueType value) => new(name, AttributeKind.Type, new TypeSlot(value));

    /// <summary>A subgraph attribute; the graph must belong to no node yet.</summary>
    public static Attribute Of(string name, Graph value) => new(name, AttributeKind.Graph, value);

    /// <summary>As <see cref="Of(string, long)"/>: lets <c>("axis", 1)</c> stand for an attribute.</summary>
    public static implicit operator Attribute((string Name, long Value) pair) => Of(pair.Name, pair.Value);

    /// <summary>As <see cref="Of(string, float)"/>.</summary>
    public static implicit operator Attribute((string Name, float Value) pair) => Of(pair.Name, pair.Value);

    /// <summary>As <see cref="Of(string, string)"/>.</summary>
    public static implicit operator Attribute((string Name, string Value) pair) => Of(pair.Name, pair.Value);

    /// <summary>As <see cref="Of(string, ReadOnlySpan{long})"/>.</summary>
    public static implicit operator Attribute((string Name, long[] Value) pair) => Of(pair.Name, pair.Value.AsSpan());

    /// <summary>As <see cref="Of(string, TensorData)"/>.</summary>
    public static implicit operator Attribute((string Name, TensorData Value) pair) => Of(pair.Name, pair.Value);

    private T As<T>(AttributeKind kind) =>
        Kind == kind && _value is T value
            ? value
            : throw new OnnxException(
                DiagnosticIds.AttributeKind,
                found: $"the attribute '{Name}' holding "
                    + $"{(Reference is null ? Kind.ToString() : $"a reference to the parameter '{Reference}'")}",
                expected: $"{kind}",
                advice: "Correct the node's attribute"
            );

    /// <summary>Wraps a type, so that an absent one is still a value.</summary>
    internal sealed record TypeSlot(ValueType? Type);
}
