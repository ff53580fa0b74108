using System.Collections.Immutable;

namespace VampNet.Onnx.Quantization;

/// <summary>The changes that a scheme made to a model.</summary>
/// <param name="Quantized">The weights replaced.</param>
/// <param name="Added">The constants that replace them.</param>
/// <param name="ReasonAgainst">Why a node's constants were left alone.</param>
internal sealed record SchemeEffect(
    ImmutableArray<QuantizedWeight> Quantized,
    ImmutableHashSet<Value> Added,
    Func<Node, string> ReasonAgainst
)
{
    /// <summary>Nodes whose activations have no range, with what became of each.</summary>
    public ImmutableArray<KeptNode> Unseen { get; init; } = [];
}
