using System.Collections.Immutable;

namespace VampNet.Onnx.Quantization;

/// <summary>
/// The operators whose floating-point operands and results may all be float16, from opset 13 on. Excluded are comparisons and ArgMax, whose
/// results must not depend on rounding, and operators with an operand that is always float32.
/// </summary>
internal static class Float16Operators
{
    private static readonly ImmutableHashSet<string> Standard =
    [
        "MatMul",
        "Gemm",
        "Einsum",
        "Conv",
        "ConvTranspose",
        "Attention",
        "Add",
        "Sub",
        "Mul",
        "Div",
        "Pow",
        "Neg",
        "Abs",
        "Sqrt",
        "Reciprocal",
        "Exp",
        "Log",
        "Sin",
        "Cos",
        "Erf",
        "Min",
        "Max",
        "Sum",
        "Mean",
        "Clip",
        "Relu",
        "LeakyRelu",
        "PRelu",
        "Elu",
        "Selu",
        "Sigmoid",
        "HardSigmoid",
        "Tanh",
        "Softplus",
        "Softsign",
        "Gelu",
        "Softmax",
        "LogSoftmax",
        "LayerNormalization",
        "SimplifiedLayerNormalization",
        "RMSNormalization",
        "InstanceNormalization",
        "GlobalAveragePool",
        "AveragePool",
        "MaxPool",
        "ReduceMean",
        "ReduceSum",
        "ReduceMax",
        "ReduceMin",
        "ReduceL2",
        "ReduceSumSquare",
        "Reshape",
        "Transpose",
        "Squeeze",
        "Unsqueeze",
        "Flatten",
        "Concat",
        "Split",
        "Slice",
        "Gather",
        "GatherElements",
        "Expand",
        "Tile",
        "Pad",
        "Where",
        "Identity",
        "DepthToSpace",
        "SpaceToDepth",
        "Shape",
        "Size",
        "LSTM",
        "GRU",
        "RNN",
    ];

    private static readonly ImmutableHashSet<string> Microsoft =
    [
        "MultiHeadAttention",
        "Gelu",
        "FastGelu",
        "QuickGelu",
        "BiasGelu",
        "FusedMatMul",
        "SkipSimplifiedLayerNormalization",
        "SkipLayerNormalization",
    ];

    /// <summary>Reason why the node must compute in float32; null when it may compute in float16.</summary>
    public static string? ReasonAgainst(Node node)
    {
        bool known = node.Domain switch
        {
            "" => Standard.Contains(node.OpType),
            "com.microsoft" => Microsoft.Contains(node.OpType),
            _ => false,
        };
        return node.Subgraphs.Any() ? "its body is converted by itself; what enters and leaves it stays float32"
            : !known ? $"{node.OpType} is not among the operators computed in float16"
            : node.OpType.EndsWith("Normalization", StringComparison.Ordinal) && node.Outputs.Skip(1).Take(2).Any(IsRead)
                ? "its mean or deviation is read, which is float32"
            : null;
    }

    /// <summary>Why a node must not be converted for lack of a type, or null when all types are known.</summary>
    public static string? UnknownType(Node node) =>
        node.Inputs.OfType<Value>().Concat(node.Outputs).FirstOrDefault(value => value.Name.Length > 0 && value.TensorType is null)
            is { } value
            ? $"the type of '{value.Name}' is not known"
            : null;

    private static bool IsRead(Value value) => value.Uses.Count > 0 || value.IsGraphOutput;
}
