namespace VampNet.Onnx.Rewriting;

/// <summary>Builds a patch: the description of a change to the graph.</summary>
public sealed class PatchBuilder
{
    private readonly List<PatchNode> _nodes = [];
    private readonly List<(Value Old, Operand New)> _replacements = [];

    /// <summary>A node with one output.</summary>
    /// <param name="opType">The operator.</param>
    /// <param name="inputs">The inputs; null for an omitted input.</param>
    /// <param name="attributes">Its constant parameters.</param>
    /// <param name="domain">The operator's domain; empty for ai.onnx.</param>
    public Operand Node(string opType, ReadOnlySpan<Operand?> inputs, ReadOnlySpan<Attribute> attributes = default, string domain = "") =>
        Nodes(opType, inputs, 1, attributes, domain)[0];

    /// <summary>A node with several outputs; the rest as in <see cref="Node"/>.</summary>
    public Operand[] Nodes(
        string opType,
        ReadOnlySpan<Operand?> inputs,
        int outputCount,
        ReadOnlySpan<Attribute> attributes = default,
        string domain = ""
    )
    {
        PatchNode node = new(opType, domain, inputs.ToArray(), outputCount, attributes.ToArray());
        _nodes.Add(node);
        return [.. Enumerable.Range(0, outputCount).Select(index => new ResultOperand(node, index))];
    }

    /// <summary>A constant.</summary>
    /// <param name="nameWish">The wished name; a number is appended if it is taken.</param>
    /// <param name="data">The contents.</param>
    public static Operand Constant(string nameWish, TensorData data) => new ConstantOperand(nameWish, data);

    /// <summary>Replaces a value in all its readers.</summary>
    public PatchBuilder Replace(Value old, Operand replacement)
    {
        _replacements.Add((old, replacement));
        return this;
    }

    /// <summary>The finished description.</summary>
    public RuleOutcome Build() => new Patch([.. _nodes], [.. _replacements]);
}
