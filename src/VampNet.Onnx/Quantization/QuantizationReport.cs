using System.Collections.Immutable;
using VampNet.Onnx.OpsetConversion;

namespace VampNet.Onnx.Quantization;

/// <summary>The result of a quantizer: every floating-point constant of the model is in one of the two lists.</summary>
/// <param name="Scheme">The scheme's name.</param>
/// <param name="Quantized">The weights replaced, in graph order.</param>
/// <param name="Kept">The constants left alone, each with the reason, in file order.</param>
public sealed record QuantizationReport(string Scheme, ImmutableArray<QuantizedWeight> Quantized, ImmutableArray<KeptTensor> Kept)
{
    /// <summary>Metadata key of a quantized model: the scheme's name.</summary>
    public const string SchemeKey = "vampnet.quantization.scheme";

    /// <summary>Metadata key of a model with integer products: how much of int8 their weights use, as the command spells it (pair-safe,
    /// full, seven-bit).</summary>
    public const string WeightRangeKey = "vampnet.quantization.weight_range";

    /// <summary>The nodes that a whole-graph conversion left in float32, in graph order; empty for schemes that change weights
    /// one by one.</summary>
    public ImmutableArray<KeptNode> FloatNodes { get; init; } = [];

    /// <summary>The nodes that static quantization has no ranges for, because they never ran while ranges were measured, as in a branch that
    /// was not taken; each with what became of it and where it is.</summary>
    public ImmutableArray<KeptNode> Unseen { get; init; } = [];

    /// <summary>The changes of raising the model's opset, if the scheme's operators need a newer one; null if it is unchanged.</summary>
    public OpsetConversionReport? Opset { get; init; }

    /// <summary>The bytes of all weights replaced, as they were.</summary>
    public long BytesBefore => Quantized.Sum(weight => weight.BytesBefore);

    /// <summary>The bytes of their replacements.</summary>
    public long BytesAfter => Quantized.Sum(weight => weight.BytesAfter);
}

/// <summary>A node that a whole-graph scheme left in float32.</summary>
/// <param name="Node">The node's name.</param>
/// <param name="OpType">Its operator.</param>
/// <param name="Reason">Reason why it stays in floating point.</param>
public sealed record KeptNode(string Node, string OpType, string Reason);

/// <summary>A floating-point constant that a quantizer left unchanged.</summary>
/// <param name="Tensor">The name of the initializer.</param>
/// <param name="Node">The name of a node that reads it; empty when none does.</param>
/// <param name="OpType">Operator of that node; empty when none reads the tensor.</param>
/// <param name="Bytes">The tensor's length in bytes.</param>
/// <param name="Reason">Reason why it was not quantized.</param>
public sealed record KeptTensor(string Tensor, string Node, string OpType, long Bytes, string Reason);
