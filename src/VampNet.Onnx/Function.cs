using System.Collections.Immutable;
using VampNet.Onnx.Proto;

namespace VampNet.Onnx;

/// <summary>An operator that the model itself defines by a graph.</summary>
public sealed class Function
{
    internal Function(string domain, string name, string overload, Graph body)
    {
        Domain = domain;
        Name = name;
        Overload = overload;
        Body = body;
    }

    /// <summary>The domain that its calls name.</summary>
    public string Domain { get; }

    /// <summary>The operator type that its calls name.</summary>
    public string Name { get; }

    /// <summary>Distinguishes functions with the same domain and name; usually empty.</summary>
    public string Overload { get; }

    /// <summary>The definition. Its inputs and outputs have no types of their own.</summary>
    public Graph Body { get; }

    /// <summary>The operator sets that the body is written in, by domain.</summary>
    public OrderedDictionary<string, int> OpsetImports { get; } = new(StringComparer.Ordinal);

    /// <summary>The attribute parameters that a call must give.</summary>
    public ImmutableArray<string> RequiredParameters { get; internal init; } = [];

    /// <summary>The attribute parameters that have a default.</summary>
    public ImmutableArray<Attribute> DefaultParameters { get; internal init; } = [];

    internal FunctionProto? Carrier { get; init; }
}
