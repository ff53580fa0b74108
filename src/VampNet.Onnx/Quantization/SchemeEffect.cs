using System.Collections.Immutable;

namespace VampNet.Onnx.Quantization;

/// <summary>The changes that a scheme made to a model.</summary>
/// <param name="Quantized">The weights replaced.</param>
/// <param name="Added">The constants that replace them.</param>
/// <param name="ReasonAgainst">Gives the reason why a node's constants were not converted.</param>
internal sealed record SchemeEffect(
    ImmutableArray<QuantizedWeight> Quantized,
    ImmutableHashSet<Value> Added,
    Func<Node, string> ReasonAgainst
)
{
    /// <summary>Nodes whose activations have no range, with what became of each.</summary>
    public ImmutableArray<KeptNode> Unseen { get; init; } = [];
}
