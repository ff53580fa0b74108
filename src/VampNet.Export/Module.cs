using VampNet.Architecture;
using VampNet.Onnx;
using Attribute = VampNet.Onnx.Attribute;

namespace VampNet.Export;

/// <summary>
/// A PyTorch module's place in the graph: its path names every node, value and weight that its emitter adds, so that a
/// reader of the graph finds the part of the model that a node comes from.
/// </summary>
/// <param name="Emission">The graph under construction.</param>
/// <param name="Path">The module's path, as in <c>transformer.layers.3.self_attn</c>; empty for the model itself.</param>
internal sealed record Module(Emission Emission, string Path)
{
    private const string RuntimeDomain = "com.microsoft";

    public GraphBuilder Graph => Emission.Graph;

    public ExportOptions Options => Emission.Options;

    public bool UsesRuntimeOperators => Options.Target is ExportTarget.OnnxRuntime;

    public Module this[string child] => this with { Path = Name(child) };

    public Module this[int index] => this[index.ToString()];

    /// <summary>The full name of a role in this module.</summary>
    public string Name(string role) => Path.Length == 0 ? role : $"{Path}.{role}";

    /// <summary>The bound weight of a parameter of this module.</summary>
    public BoundWeight Bound(string parameter) => Emission.Weights[Name(parameter)];

    /// <summary>A bound parameter of this module as an initializer.</summary>
    public Value Parameter(string parameter) => Weight(parameter, Bound(parameter));

    /// <summary>A linear layer's weight [out, in] as MatMul's right operand [in, out].</summary>
    public Value TransposedParameter(string parameter) => Weight(parameter, Bound(parameter).Transpose(1, 0));

    /// <summary>A weight as an initializer named after this module. It is computed only while it is written.</summary>
    public Value Weight(string role, BoundWeight weight) => Emission.AddWeight(Name(role), weight);

    /// <summary>Adds a node of the standard operator set; its one output carries the node's name.</summary>
    public Value Op(string opType, string role, ReadOnlySpan<Value?> inputs, params ReadOnlySpan<Attribute> attributes) =>
        Graph.Node(opType, Name(role), inputs, attributes);

    /// <summary>Adds a node of ONNX Runtime's operator set.</summary>
    public Value RuntimeOp(string opType, string role, ReadOnlySpan<Value?> inputs, params ReadOnlySpan<Attribute> attributes) =>
        Graph.Node(opType, Name(role), inputs, attributes, RuntimeDomain);

    /// <summary>Adds a node of ONNX Runtime's operator set with several outputs, named as they are; "" leaves an output out.</summary>
    public Value[] RuntimeOps(
        string opType,
        string role,
        ReadOnlySpan<Value?> inputs,
        ReadOnlySpan<string> outputs,
        params ReadOnlySpan<Attribute> attributes
    ) => Graph.Nodes(opType, Name(role), inputs, outputs, attributes, RuntimeDomain);
}
