using VampNet.Onnx;

namespace VampNet.Inference.Inputs;

/// <summary>Plan for generating one input of a graph.</summary>
/// <param name="Name">The input.</param>
/// <param name="ElementType">The type of its elements; one that arrays can be made of.</param>
/// <param name="Shape">Its axes: numbers, and expressions in letters; no axis is unknown.</param>
public sealed record InputPlan(string Name, ElementType ElementType, TensorShape Shape)
{
    /// <summary>The values that were asked for, or that the graph asks for; null where any of the type will do.</summary>
    public InputRange? Range { get; init; }

    /// <summary>Whether the user gave the range.</summary>
    public bool IsGiven { get; init; }

    /// <summary>Whether the values are a mask: ones, then zeros where something is hidden; the first is always one.</summary>
    public bool IsMask { get; init; }

    /// <summary>The axis length that every element equals, for an input of sequence lengths; otherwise null.</summary>
    public Dim? LengthOf { get; init; }

    /// <summary>The reason for the values, in a few words; empty if there is none.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Whether any integer may be too large an index: the graph does not say what the integers are.</summary>
    public bool IsOpenInteger => ElementType.IsInteger && Range is null && !IsMask && LengthOf is null;

    /// <summary>The letters of the axes, in order.</summary>
    public IEnumerable<string> Letters => Shape.SelectMany(dim => dim.Letters).Distinct();

    /// <summary>Type, axes, values and reason: <c>ids int32[B,T] 0..30521 (rows of the table word_embeddings)</c>.</summary>
    public override string ToString()
    {
        string values =
            LengthOf is { } length ? $" ={length}"
            : IsMask ? " mask of 0 and 1"
            : Range is { } range ? $" {range}"
            : "";
        return $"{Name} {ElementType.OnnxName}[{string.Join(',', Shape)}]{values}{(Reason.Length == 0 ? "" : $" ({Reason})")}";
    }
}
