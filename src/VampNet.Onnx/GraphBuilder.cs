using System.Globalization;
using System.Runtime.InteropServices;

namespace VampNet.Onnx;

/// <summary>
/// Emits a graph from code. Nodes and the values they produce are named by the current scope and a role, as in
/// <c>transformer.layers.3.self_attn.scores</c>; small constants are named by their value and shared. The opset decides
/// the IR version; other domains are imported when a node first uses them, at version 1.
/// </summary>
public sealed class GraphBuilder
{
    private readonly OrderedDictionary<string, int> _opsets = new(StringComparer.Ordinal);
    private readonly Stack<string> _scopes = new();
    private readonly Dictionary<string, Value> _constants = new(StringComparer.Ordinal);

    /// <summary>Begins a graph.</summary>
    /// <param name="graphName">The graph's name.</param>
    /// <param name="opset">The version of ai.onnx, 7 to 25.</param>
    public GraphBuilder(string graphName, int opset)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(opset, 7);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(opset, 25);
        Graph = new Graph(graphName);
        Opset = opset;
        _opsets[""] = opset;
    }

    /// <summary>The graph so far.</summary>
    public Graph Graph { get; }

    /// <summary>The version of ai.onnx.</summary>
    public int Opset { get; }

    /// <summary>Facts about the model, written in this order.</summary>
    public OrderedDictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    /// <summary>The current prefix of names, without a final dot; empty at the top.</summary>
    public string ScopePath => _scopes.TryPeek(out string? path) ? path : "";

    /// <summary>Prefixes all names until disposed: <c>using (builder.Scope("self_attn"))</c>.</summary>
    public IDisposable Scope(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        _scopes.Push(Qualify(name));
        return new ScopeEnd(_scopes);
    }

    /// <summary>Prefixes a role with the current scope.</summary>
    public string Qualify(string role) => ScopePath.Length == 0 ? role : $"{ScopePath}.{role}";

    /// <summary>Adds an input under exactly this name.</summary>
    public Value Input(string name, ElementType elementType, params ReadOnlySpan<Dim> shape) =>
        Graph.AddInput(name, new TensorType(elementType, new TensorShape([.. shape])));

    /// <summary>
    /// Makes a value an output under exactly this name: the value is renamed, or copied by Identity when it is an input, a
    /// constant or an output already.
    /// </summary>
    public Value Output(Value value, string name, ElementType elementType, params ReadOnlySpan<Dim> shape)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Producer is null || value.IsGraphOutput)
        {
            value = Graph.AddNode("Identity", [value], [name], name: name).Outputs[0];
        }

        value.Name = name;
        value.Type = new TensorType(elementType, new TensorShape([.. shape]));
        Graph.AddOutput(value);
        return value;
    }

    /// <summary>Adds an initializer, named in the current scope, whose contents are produced only while they are written.</summary>
    /// <param name="name">The role, for example <c>w_qs.weight</c>.</param>
    /// <param name="elementType">The element type.</param>
    /// <param name="shape">The dimensions.</param>
    /// <param name="materialize">Fills the contents: row-major, little endian, the same bytes each time.</param>
    public Value Weight(string name, ElementType elementType, ReadOnlySpan<long> shape, Action<Span<byte>> materialize) =>
        Weight(name, TensorData.Lazy(elementType, shape, materialize));

    /// <summary>Adds an initializer, named in the current scope.</summary>
    public Value Weight(string name, TensorData data) => Graph.AddInitializer(Graph.FreshName(Qualify(name)), data);

    /// <summary>A shared int64 scalar.</summary>
    public Value Constant(long value) => Shared($"const.i64.{value}", TensorData.Scalar(value));

    /// <summary>A shared float scalar.</summary>
    public Value Constant(float value) =>
        Shared($"const.f32.{value.ToString("R", CultureInfo.InvariantCulture)}", TensorData.Scalar(value));

    /// <summary>A shared int64 vector; <c>Constant([1])</c> has one dimension, <c>Constant(1)</c> none.</summary>
    public Value Constant(params ReadOnlySpan<long> values) =>
        Shared($"const.i64[{string.Join(',', values.ToArray())}]", TensorData.FromArray(values.ToArray(), values.Length));

    /// <summary>A shared constant of any type and shape; named by its contents if they are few, otherwise by the given name.</summary>
    /// <param name="name">The name, unscoped, for example <c>const.buckets</c>; equal names must mean equal contents.</param>
    /// <param name="data">The contents.</param>
    public Value Constant(string name, TensorData data) => Shared(name, data);

    /// <summary>Adds a node with one output.</summary>
    /// <param name="opType">The operator.</param>
    /// <param name="role">The role of its result in the current scope; node and value take that name.</param>
    /// <param name="inputs">The inputs; null for an omitted input.</param>
    /// <param name="attributes">Its constant parameters, for example <c>[("axis", 1)]</c>.</param>
    /// <param name="domain">The operator's domain; empty for ai.onnx.</param>
    public Value Node(
        string opType,
        string role,
        ReadOnlySpan<Value?> inputs,
        ReadOnlySpan<Attribute> attributes = default,
        string domain = ""
    ) => Nodes(opType, role, inputs, [role], attributes, domain)[0];

    /// <summary>Adds a node with several outputs.</summary>
    /// <param name="opType">The operator.</param>
    /// <param name="role">The node's role in the current scope.</param>
    /// <param name="inputs">The inputs; null for an omitted input.</param>
    /// <param name="outputRoles">The roles of its results; empty for an output left out.</param>
    /// <param name="attributes">Its constant parameters.</param>
    /// <param name="domain">The operator's domain; empty for ai.onnx.</param>
    public Value[] Nodes(
        string opType,
        string role,
        ReadOnlySpan<Value?> inputs,
        ReadOnlySpan<string> outputRoles,
        ReadOnlySpan<Attribute> attributes = default,
        string domain = ""
    )
    {
        string nodeName = outputRoles is [var only] && only == role ? "" : Graph.FreshName(Qualify(role));
        string[] names = new string[outputRoles.Length];
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = outputRoles[i].Length == 0 ? "" : Graph.FreshName(Qualify(outputRoles[i]));
        }

        _opsets.TryAdd(domain, 1);
        return [.. Graph.AddNode(opType, inputs, names, attributes, domain, nodeName.Length > 0 ? nodeName : names[0]).Outputs];
    }

    /// <summary>The finished model. The builder must not be used afterwards.</summary>
    public Model Build()
    {
        Model model = new(Graph, OpsetVersions.IrVersionFor(Opset));
        foreach ((string domain, int version) in _opsets)
        {
            model.OpsetImports.Add(domain, version);
        }

        foreach ((string key, string value) in Metadata)
        {
            model.Metadata.Add(key, value);
        }

        return model;
    }

    private Value Shared(string name, TensorData data)
    {
        ref Value? value = ref CollectionsMarshal.GetValueRefOrAddDefault(_constants, name, out _);
        return value ??= Graph.AddInitializer(Graph.FreshName(name), data);
    }

    private sealed class ScopeEnd(Stack<string> scopes) : IDisposable
    {
        private bool _ended;

        public void Dispose()
        {
            if (!_ended)
            {
                _ended = true;
                scopes.Pop();
            }
        }
    }
}
