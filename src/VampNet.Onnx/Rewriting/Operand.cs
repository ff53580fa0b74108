namespace VampNet.Onnx.Rewriting;

/// <summary>An input of a node in a patch: a value of the graph, or a result or constant of the patch.</summary>
public abstract record Operand
{
    private protected Operand() { }

    /// <summary>A value of the graph.</summary>
    public static implicit operator Operand(Value value) => FromValue(value);

    /// <summary>A value of the graph.</summary>
    public static Operand FromValue(Value value) => new ExistingOperand(value);
}

/// <summary>An existing value of the graph.</summary>
internal sealed record ExistingOperand(Value Value) : Operand;

/// <summary>A constant that the patch adds.</summary>
internal sealed record ConstantOperand(string NameWish, TensorData Data) : Operand;

/// <summary>One output of a node that the patch adds.</summary>
internal sealed record ResultOperand(PatchNode Node, int OutputIndex) : Operand;

/// <summary>A node that a patch adds; compared by reference, not by contents.</summary>
internal sealed class PatchNode(
    string opType,
    string domain,
    IReadOnlyList<Operand?> inputs,
    int outputCount,
    IReadOnlyList<Attribute> attributes
)
{
    public string OpType => opType;

    public string Domain => domain;

    public IReadOnlyList<Operand?> Inputs => inputs;

    public int OutputCount => outputCount;

    public IReadOnlyList<Attribute> Attributes => attributes;
}
