using VampNet.Onnx.Rewriting;

namespace VampNet.Onnx.OpsetConversion;

/// <summary>The conversion of one node across one opset, with the edits that rules may make.</summary>
/// <param name="node">The node.</param>
/// <param name="version">The opset whose definitions are entered (upward) or left (downward).</param>
/// <param name="from">The opset that the model had at first.</param>
/// <param name="to">The target opset.</param>
/// <param name="constants">The constants added so far.</param>
internal sealed class NodeConversion(Node node, int version, int from, int to, SharedConstants constants)
{
    private readonly List<OpsetChange> _changes = [];
    private readonly string _opType = node.OpType;
    private readonly string _description = node.Describe();

    /// <summary>The node, or its replacement.</summary>
    public Node Node { get; private set; } = node;

    /// <summary>The opset whose definitions are entered or left.</summary>
    public int Version => version;

    /// <summary>The changes made.</summary>
    public IReadOnlyList<OpsetChange> Changes => _changes;

    /// <summary>The worst numerical effect of the changes.</summary>
    public NumericalEffect Effect { get; set; } = NumericalEffect.Exact;

    private bool IsUpward => from < to;

    /// <summary>Rewrites the node, where this opset changes its operator.</summary>
    public void Run()
    {
        if (OperatorHistory.Find(Node.OpType, version) is not { } definition || definition.Since != version)
        {
            return;
        }

        if (ConversionRules.Default.Find(Node.OpType, version) is { } rule)
        {
            NodeRewrite rewrite = IsUpward
                ? rule.Up
                : rule.Down ?? throw Refuse($"its meaning changed with opset {version}, and the older one differs");
            rewrite(this);
            return;
        }

        OperatorVersion? older = OperatorHistory.Find(Node.OpType, version - 1);
        if (IsUpward)
        {
            VersionCheck.Raise(this, older, definition);
        }
        else
        {
            VersionCheck.Lower(this, older, definition);
        }
    }

    /// <summary>Applies the general check for a downward step, for rules that check more.</summary>
    public void LowerAsExtension() =>
        VersionCheck.Lower(this, OperatorHistory.Find(Node.OpType, version - 1), OperatorHistory.Find(Node.OpType, version)!);

    /// <summary>Gives the node the inputs of the older version, and applies the general check to the rest.</summary>
    public void LowerWith(params ReadOnlySpan<Value?> inputs)
    {
        SetInputs(inputs);
        LowerAsExtension();
    }

    /// <summary>Records that the node was rewritten.</summary>
    public void Changed() => _changes.Add(new OpsetChange(_opType, _description, version));

    /// <summary>The element type of an input; undefined when not known.</summary>
    public ElementType ElementOf(int input) =>
        RewriteContext.ConstantOf(Node.Input(input))?.ElementType ?? Node.Input(input)?.TensorType?.ElementType ?? ElementType.Undefined;

    /// <summary>The rank of an input; -1 when not known.</summary>
    public int RankOf(int input) =>
        RewriteContext.ConstantOf(Node.Input(input)) is { } data ? data.Shape.Length : RewriteContext.RankOf(Node.Input(input));

    /// <summary>The integers of a constant input; null when it is left out.</summary>
    /// <exception cref="OnnxException">It is not constant.</exception>
    public long[]? ConstantInts(int input, string name) =>
        Node.Input(input) is not { } value ? null
        : RewriteContext.ConstantOf(value) is { ElementType.IsInteger: true } data ? data.ToInt64s()
        : throw Refuse($"'{name}' is computed, and opset {version - 1} takes it as a constant attribute");

    /// <summary>Takes an attribute of integers off the node; null when there is none.</summary>
    public long[]? TakeInts(string name) => Take(name) is { } attribute ? [.. attribute.Ints] : null;

    /// <summary>Takes an integer attribute off the node; null when there is none.</summary>
    public long? TakeInt(string name) => Take(name)?.Int;

    /// <summary>Takes an attribute of one real number off the node; null when there is none.</summary>
    public float? TakeFloat(string name) => Take(name)?.Float;

    /// <summary>Takes an attribute off the node; null when there is none.</summary>
    public Attribute? Take(string name)
    {
        Attribute? attribute = Node.Attributes[name];
        if (attribute?.Reference is { } parameter)
        {
            throw Refuse($"the attribute '{name}' refers to the function parameter '{parameter}'");
        }

        Node.Attributes.Remove(name);
        return attribute;
    }

    /// <summary>A constant vector of integers.</summary>
    public Value Ints(string role, params ReadOnlySpan<long> values) =>
        Constant(role, TensorData.FromArray(values.ToArray(), values.Length));

    /// <summary>A constant, shared among nodes.</summary>
    public Value Constant(string role, TensorData data) => constants.Get($"const.{role}", data);

    /// <summary>Inserts a node with one output before this one.</summary>
    public Value Insert(
        string opType,
        string role,
        ReadOnlySpan<Value?> inputs,
        ReadOnlySpan<Attribute> attributes = default,
        ValueType? type = null
    )
    {
        string wish = Node.Outputs.FirstOrDefault(output => output.Name.Length > 0)?.Name ?? Node.OpType;
        string name = Node.Graph.FreshName($"{wish}.{role}");
        Value output = Node.Graph.InsertNode(Node, opType, inputs, [name], attributes, name: name).Outputs[0];
        output.Type = type;
        return output;
    }

    /// <summary>Makes the node another operator with other inputs and attributes; its outputs stay.</summary>
    public void Become(string opType, ReadOnlySpan<Value?> inputs, ReadOnlySpan<Attribute> attributes = default)
    {
        foreach (string name in Node.Attributes.Select(attribute => attribute.Name).ToList())
        {
            Node.Attributes.Remove(name);
        }

        Node.OpType = opType;
        SetInputs(inputs);
        foreach (Attribute attribute in attributes)
        {
            Node.Attributes.Set(attribute);
        }
    }

    /// <summary>Gives the node other inputs; those left out at the end are not written.</summary>
    public void SetInputs(params ReadOnlySpan<Value?> inputs)
    {
        while (inputs is [.., null])
        {
            inputs = inputs[..^1];
        }

        Node.SetInputs(inputs);
        Changed();
    }

    /// <summary>Puts a node with fewer outputs in the place of this one.</summary>
    public void KeepOutputs(int count)
    {
        Node old = Node;
        Graph graph = old.Graph;
        string[] names = [.. old.Outputs.Take(count).Select(output => output.Name.Length == 0 ? "" : graph.FreshName(output.Name))];
        Node = graph.InsertNode(old, old.OpType, [.. old.Inputs], names, [.. old.Attributes], old.Domain);
        for (int i = 0; i < count; i++)
        {
            Replace(old.Outputs[i], Node.Outputs[i]);
        }

        graph.RemoveNodes(new HashSet<Node> { old });
        Node.Name = old.Name;
        Node.DocString = old.DocString;
        Changed();
    }

    /// <summary>Replaces a value by another in all readers and graph outputs; the new value gets its name and type.</summary>
    public static void Replace(Value old, Value replacement)
    {
        string name = old.Name;
        if (name.Length == 0)
        {
            return;
        }

        Graph.ReplaceUses(old, replacement);
        old.Name = "";
        replacement.Name = name;
        replacement.Type = old.Type;
    }

    /// <summary>The error for a node without a counterpart.</summary>
    /// <param name="reason">The reason, as a clause.</param>
    public OnnxException Refuse(string reason) =>
        new(
            DiagnosticIds.OpsetNotConvertible,
            found: $"{_description} on the way from opset {from} to {to}: {reason}",
            expected: $"a node that opset {to} can express exactly",
            advice: "Choose another opset, or export the model again"
        );
}
