using System.Collections.Immutable;
using VampNet.Architecture;
using VampNet.Export.Transformer;
using VampNet.Onnx;

namespace VampNet.Export;

/// <summary>Writes a coarse or c2f transformer as a graph: codes int64 [B,C,T] (MASK = V), and the control
/// signals where the model has any, to logits float32 [B,T,P,V].</summary>
internal static class TransformerEmitter
{
    /// <summary>
    /// Emits the graph. B and T are dynamic; the codec's codebooks and the MASK rows are inside. Layer i's result [B,T,D] is the
    /// value <c>transformer.layers.{i}.output</c>. Weights are read while the model is written, not before.
    /// </summary>
    /// <param name="model">The bound weights; its checkpoints stay open until the model is written.</param>
    /// <param name="options">Operator set, target and provenance.</param>
    public static Model Emit(BoundTransformer model, ExportOptions options) => Emit(model, options, out _);

    /// <summary>As <see cref="Emit(BoundTransformer, ExportOptions)"/>; also gives every weight that the graph holds, for the
    /// ledger.</summary>
    /// <param name="model">The bound weights.</param>
    /// <param name="options">Operator set, target and provenance.</param>
    /// <param name="weights">The weights under their initializers' names.</param>
    public static Model Emit(BoundTransformer model, ExportOptions options, out ImmutableArray<KeyValuePair<string, BoundWeight>> weights)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        TransformerConfiguration configuration = model.Configuration;
        Emission emission = new(configuration.ConditioningCodebooks == 0 ? "vampnet.coarse" : "vampnet.c2f", model.Weights, options);
        Module root = new(emission, "");
        Value codes = root.Graph.Input("codes", ElementType.Int64, Dim.Symbol("B"), Dim.Of(configuration.Codebooks), Dim.Symbol("T"));
        (string Name, Value Signal, Value Mask)[] controls = ControlEmitter.DeclareInputs(root.Graph, configuration);
        Value x = EmbeddingEmitter.Emit(root["embedding"], codes, configuration);
        x = ControlEmitter.Emit(root["ctrl_encoder"]["ctrl_encoders"], x, controls);
        Value y = EmitStack(root["transformer"], x, codes, configuration);
        Value logits = ClassifierEmitter.Emit(root["classifier"], y, configuration);
        root.Graph.Output(
            logits,
            "logits",
            ElementType.Float,
            Dim.Symbol("B"),
            Dim.Symbol("T"),
            Dim.Of(configuration.PredictedCodebooks),
            Dim.Of(configuration.VocabularySize)
        );
        weights = emission.EmittedWeights;
        return emission.Finish(configuration.ToJson());
    }

    private static Value EmitStack(Module stack, Value x, Value codes, TransformerConfiguration configuration)
    {
        Module layers = stack["layers"];
        Value? positionBias =
            configuration.Attention == AttentionKind.Relative
                ? PositionBiasEmitter.Emit(layers[0]["self_attn"], codes, configuration.Heads)
                : null;
        Value y = RmsNormEmitter.Emit(layers[0]["norm_1"], x);
        for (int i = 0; i < configuration.Layers; i++)
        {
            Module layer = layers[i];
            Module following = i + 1 < configuration.Layers ? layers[i + 1]["norm_1"] : stack["norm"];
            Value attended = positionBias is null
                ? FlashAttentionEmitter.Emit(layer["self_attn"], y, configuration.Heads)
                : AttentionEmitter.Emit(layer["self_attn"], y, positionBias, configuration.Heads);
            (x, y) = RmsNormEmitter.EmitAfterSum(layer, "attended", layer["norm_3"], x, attended);
            Value fed = FeedForwardEmitter.Emit(layer["feed_forward"], y);
            (x, y) = RmsNormEmitter.EmitAfterSum(layer, "output", following, x, fed);
        }

        return y;
    }
}
