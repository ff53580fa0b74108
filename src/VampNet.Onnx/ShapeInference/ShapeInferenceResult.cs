using System.Collections.Immutable;

namespace VampNet.Onnx.ShapeInference;

/// <summary>The result of shape inference.</summary>
/// <param name="Modified">Whether any value's type was added or changed.</param>
/// <param name="Diagnostics">Contradictions and gaps, in the order of the nodes.</param>
/// <param name="Elements">The integer values whose elements are known without running the model, the graph's constants left out.</param>
public sealed record ShapeInferenceResult(
    bool Modified,
    ImmutableArray<Diagnostic> Diagnostics,
    IReadOnlyDictionary<Value, SymbolicTensor> Elements
);
