using System.Collections.Immutable;

namespace VampNet.Onnx.TypeFixing;

/// <summary>The input element types that operators require, for operators that exporters get wrong.</summary>
/// <remarks>Source: the type constraints in docs/Operators.md of onnx/onnx.</remarks>
internal static class OperandTypes
{
    private static readonly ImmutableHashSet<string> AllAlike =
    [
        "Add",
        "Sub",
        "Mul",
        "Div",
        "Mod",
        "Min",
        "Max",
        "Sum",
        "Mean",
        "MatMul",
        "Gemm",
        "Conv",
        "ConvTranspose",
        "Concat",
        "Einsum",
        "Equal",
        "Less",
        "LessOrEqual",
        "Greater",
        "GreaterOrEqual",
        "PRelu",
        "Clip",
        "Range",
        "InstanceNormalization",
        "GroupNormalization",
    ];

    private static readonly ImmutableDictionary<string, ImmutableArray<int>> SomeAlike = new Dictionary<string, ImmutableArray<int>>
    {
        ["Where"] = [1, 2],
        ["Pad"] = [0, 2],
        ["Slice"] = [1, 2, 3, 4],
        ["LayerNormalization"] = [0, 1, 2],
    }.ToImmutableDictionary();

    private static readonly ImmutableDictionary<string, ImmutableArray<int>> Int64Inputs = new Dictionary<string, ImmutableArray<int>>
    {
        ["Reshape"] = [1],
        ["Expand"] = [1],
        ["Squeeze"] = [1],
        ["Unsqueeze"] = [1],
        ["Tile"] = [1],
        ["Pad"] = [1],
        ["Split"] = [1],
        ["TopK"] = [1],
        ["ConstantOfShape"] = [0],
        ["Resize"] = [3],
        ["ReduceSum"] = [1],
        ["ReduceMean"] = [1],
        ["ReduceMax"] = [1],
        ["ReduceMin"] = [1],
        ["ReduceProd"] = [1],
        ["ReduceL1"] = [1],
        ["ReduceL2"] = [1],
        ["ReduceSumSquare"] = [1],
        ["ReduceLogSum"] = [1],
        ["ReduceLogSumExp"] = [1],
    }.ToImmutableDictionary();

    /// <summary>The inputs that must have one type, whichever it is.</summary>
    public static ImmutableArray<int> AlikeInputs(Node node) =>
        node.Domain.Length > 0 ? []
        : AllAlike.Contains(node.OpType) ? [.. Enumerable.Range(0, node.Inputs.Count)]
        : SomeAlike.GetValueOrDefault(node.OpType, []);

    /// <summary>The inputs that must be int64.</summary>
    public static ImmutableArray<int> IntegerInputs(Node node) =>
        node.Domain.Length > 0 ? [] : Int64Inputs.GetValueOrDefault(node.OpType, []);
}
