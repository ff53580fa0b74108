using System.Collections.Immutable;

namespace VampNet.Onnx.Quantization;

/// <summary>
/// Products whose result decides a choice: the nearest codeword, the likeliest token, and the projection to where such a search takes
/// place. Rounded activations would tie or reorder nearly equal values, and another choice is a large error.
/// </summary>
internal static class ChoiceProduct
{
    private static readonly ImmutableHashSet<string> Choices = ["ArgMax", "ArgMin", "TopK"];

    // Operators that may stand between a product and the choice: distances are products that are negated, shifted and scaled.
    private static readonly ImmutableHashSet<string> Elementwise =
    [
        "Add",
        "Sub",
        "Mul",
        "Div",
        "Neg",
        "Sqrt",
        "Cast",
        "Where",
        "Reshape",
        "Transpose",
        "Squeeze",
        "Unsqueeze",
        "Flatten",
        "Identity",
    ];

    /// <summary>Whether the node is a product, or a convolution over single positions, whose result reaches a choice element by element, or
    /// by one more product.</summary>
    public static bool Is(Node node) => (IsProduct(node) || IsPointwise(node)) && Reaches(node, mayProject: true, []);

    /// <summary>Whether a choice in the node's graph depends on its result, whatever stands between.</summary>
    public static bool DependsOn(Node node)
    {
        HashSet<Node> seen = [node];
        Stack<Node> open = new([node]);
        while (open.TryPop(out Node? next))
        {
            foreach (Node reader in next.Outputs.SelectMany(output => output.Uses).Select(use => use.Node).Where(seen.Add))
            {
                if (Choices.Contains(reader.OpType))
                {
                    return true;
                }

                open.Push(reader);
            }
        }

        return false;
    }

    private static bool Reaches(Node node, bool mayProject, HashSet<Node> seen) =>
        seen.Add(node)
        && node.Outputs.SelectMany(output => output.Uses)
            .Any(use =>
                Choices.Contains(use.Node.OpType)
                || (Elementwise.Contains(use.Node.OpType) && Reaches(use.Node, mayProject, seen))
                || (
                    mayProject
                    && use.InputIndex == 0
                    && IsProduct(use.Node)
                    && use.Node.Inputs[1] is { IsConstant: true }
                    && Reaches(use.Node, mayProject: false, [])
                )
            );

    private static bool IsProduct(Node node) => node.Is("MatMul") || node.Is("Gemm");

    private static bool IsPointwise(Node node) =>
        node.Is("Conv") && node.Input(1)?.Constant is { Shape: var shape } && shape.Skip(2).All(length => length == 1);
}
