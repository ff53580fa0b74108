using System.Collections.Frozen;

namespace VampNet.Inference.Mobile;

/// <summary>A provider of ONNX Runtime for phones, with the operators that it takes.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Source">Source of its table of operators.</param>
/// <param name="NeedsFixedShapes">Whether it takes only nodes all of whose lengths are numbers.</param>
/// <param name="Operators">The operators, as <c>domain:Operator</c>, with the condition on each.</param>
public sealed record MobileProvider(
    string Name,
    string Source,
    bool NeedsFixedShapes,
    FrozenDictionary<string, OperatorCondition> Operators
)
{
    private const OperatorCondition None = OperatorCondition.None;
    private const OperatorCondition Planes = OperatorCondition.TwoDimensional;
    private const OperatorCondition Weights = OperatorCondition.ConstantWeights;

    /// <summary>Android's NNAPI.</summary>
    public static MobileProvider Nnapi { get; } =
        new(
            "NNAPI",
            "ONNX Runtime's documentation, NNAPI Execution Provider, Supported ops (nnapi_supported_ops.md, commit 5dae05e)",
            NeedsFixedShapes: true,
            Table(
                (
                    None,
                    "Abs Add BatchNormalization Cast Clip Concat DequantizeLinear Div Elu Exp Flatten Floor Identity LRN Log "
                        + "MatMul Max Min Mul Neg "
                        + "PRelu Pow QLinearMatMul QuantizeLinear ReduceMean Relu Reshape Sigmoid Sin Slice Softmax Sqrt Sub Tanh "
                        + "Transpose "
                        + "com.microsoft:QLinearAdd com.microsoft:QLinearSigmoid"
                ),
                (Planes, "AveragePool GlobalAveragePool GlobalMaxPool MaxPool Resize com.microsoft:QLinearAveragePool"),
                (Planes | Weights, "Conv QLinearConv"),
                (OperatorCondition.ConstantIndices, "Gather"),
                (OperatorCondition.ConstantParameters, "Pad Split Squeeze Unsqueeze"),
                (OperatorCondition.ConstantSecondInput, "Gemm"),
                (OperatorCondition.DepthToSpaceDcr, "DepthToSpace")
            )
        );

    /// <summary>Apple's Core ML, with its ML Program format.</summary>
    public static MobileProvider CoreMl { get; } =
        new(
            "Core ML (ML Program)",
            "ONNX Runtime's documentation, CoreML Execution Provider, Supported operators (coreml_supported_mlprogram_ops.md, 9969c9a)",
            NeedsFixedShapes: false,
            Table(
                (
                    None,
                    "Add ArgMax Cast Clip Concat DepthToSpace Div Elu Erf Exp Gelu GridSample GroupNormalization InstanceNormalization "
                        + "LayerNormalization LeakyRelu MatMul Max Mul PRelu Pow Reciprocal ReduceMax ReduceMean ReduceSum Relu "
                        + "Reshape Resize "
                        + "Round Shape Sigmoid Softmax Softplus Sqrt Squeeze "
                        + "Sub Tanh Transpose Unsqueeze"
                ),
                (Planes, "AveragePool GlobalAveragePool GlobalMaxPool MaxPool"),
                (OperatorCondition.AtMostTwoDimensional, "Conv"),
                (Weights, "ConvTranspose"),
                (OperatorCondition.ConstantParameters, "Slice Split"),
                (OperatorCondition.ConstantSecondInput, "Gemm")
            )
        );

    /// <summary>XNNPACK, on the processors of phones.</summary>
    public static MobileProvider Xnnpack { get; } =
        new(
            "XNNPACK",
            "ONNX Runtime's documentation, XNNPACK Execution Provider, Supported ops (commit 19d9fff)",
            NeedsFixedShapes: false,
            Table(
                (OperatorCondition.None, "com.microsoft:QLinearConvTranspose com.microsoft:QLinearSoftmax"),
                (Planes, "AveragePool MaxPool com.microsoft:QLinearAveragePool"),
                (Planes | OperatorCondition.LinearMode, "Resize"),
                (Planes | Weights, "Conv ConvTranspose QLinearConv"),
                (OperatorCondition.Matrices, "Gemm MatMul"),
                (OperatorCondition.LastAxis, "Softmax")
            )
        );

    /// <summary>Every provider for mobile devices.</summary>
    public static IReadOnlyList<MobileProvider> All { get; } = [Nnapi, CoreMl, Xnnpack];

    private static FrozenDictionary<string, OperatorCondition> Table(params (OperatorCondition Condition, string Operators)[] rows) =>
        rows.SelectMany(row => row.Operators.Split(' ').Select(name => (Name: name.Contains(':') ? name : $":{name}", row.Condition)))
            .ToFrozenDictionary(row => row.Name, row => row.Condition, StringComparer.Ordinal);
}
