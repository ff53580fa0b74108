using System.Collections.Immutable;

namespace VampNet.Onnx.Quantization;

/// <summary>
/// Products whose result decides a choice: the nearest codeword, the likeliest token. Rounded activations would tie or reorder
/// what is nearly equal, and one other choice is no small error.
/// </summary>
internal static class ChoiceProduct
{
    private static readonly ImmutableHashSet<string> Choices = ["ArgMax", "ArgMin", "TopK"];

    // What may stand between a product and the choice: distances are products that are negated, shifted and scaled.
    private static readonly ImmutableHashSet<string> Elementwise =
        ["Add", "Sub", "Mul", "Div", "Neg", "Sqrt", "Cast", "Where", "Reshape", "Transpose", "Squeeze", "Unsqueeze", "Flatten", "Identity"];

    /// <summary>Whether the node is a MatMul or Gemm whose result reaches a choice element by element.</summary>
    public static bool Is(Node node) => (node.Is("MatMul") || node.Is("Gemm")) && Reaches(node, []);

    private static bool Reaches(Node node, HashSet<Node> seen) =>
        seen.Add(node) && node.Outputs.SelectMany(output => output.Uses).Any(use => Choices.Contains(use.Node.OpType) || (Elementwise.Contains(use.Node.OpType) && Reaches(use.Node, seen)));
}
