using VampNet.Architecture;
using VampNet.Onnx;

namespace VampNet.Export.Transformer;

/// <summary>
/// The classifier. Upstream's output channel r is vocabulary entry r / P of codebook r % P; the rows are permuted once,
/// at export, to codebook-major, so that the logits [B,T,P*V] read as [B,T,P,V] without moving a number.
/// </summary>
internal static class ClassifierEmitter
{
    /// <summary>y [B,T,D] to logits [B,T,P,V].</summary>
    public static Value Emit(Module classifier, Value y, TransformerConfiguration configuration)
    {
        int vocabulary = configuration.VocabularySize;
        int codebooks = configuration.PredictedCodebooks;
        int[] order = [.. Enumerable.Range(0, codebooks).SelectMany(p => Enumerable.Range(0, vocabulary).Select(v => (v * codebooks) + p))];
        BoundWeight weight = classifier.Bound("weight").PermuteRows("classifier-permute", order).Transpose(1, 0);
        BoundWeight bias = classifier.Bound("bias").PermuteRows("classifier-permute", order);
        Value product = classifier.Op("MatMul", "product", [y, classifier.Weight("weight", weight)]);
        Value flat = classifier.Op("Add", "flat_logits", [product, classifier.Weight("bias", bias)]);
        return classifier.Op("Reshape", "logits", [flat, classifier.Graph.Constant([0L, 0, codebooks, vocabulary])]);
    }
}
