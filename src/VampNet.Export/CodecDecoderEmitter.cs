using System.Collections.Immutable;
using VampNet.Architecture;
using VampNet.Export.Codec;
using VampNet.Onnx;

namespace VampNet.Export;

/// <summary>Writes the decoder of a LAC or DAC codec as a graph: codes int64 [B,C,T], MASK read as 0, to audio float32 [B,1,S] in -1..1,
/// S = T*hop, less <see cref="CodecConfiguration.MissingSamples"/> where DAC has odd strides.</summary>
internal static class CodecDecoderEmitter
{
    /// <summary>Emits the graph. Weights are read while the model is written, not before.</summary>
    /// <param name="codec">The bound weights; their checkpoint stays open until the model is written.</param>
    /// <param name="options">Operator set, target and provenance.</param>
    public static Model Emit(BoundCodec codec, ExportOptions options) => Emit(codec, options, out _);

    /// <summary>As <see cref="Emit(BoundCodec, ExportOptions)"/>; also gives every weight that the graph holds, for the ledger.</summary>
    /// <param name="codec">The bound weights.</param>
    /// <param name="options">Operator set, target and provenance.</param>
    /// <param name="weights">The weights under their initializers' names.</param>
    public static Model Emit(BoundCodec codec, ExportOptions options, out ImmutableArray<KeyValuePair<string, BoundWeight>> weights)
    {
        ArgumentNullException.ThrowIfNull(codec);
        ArgumentNullException.ThrowIfNull(options);
        CodecConfiguration configuration = codec.Configuration;
        Emission emission = new($"{GraphMetadata.NameOf(configuration.Family)}.decoder", codec.Weights, options);
        Module root = new(emission, "");
        Dim frames = Dim.Symbol("T");
        Value codes = root.Graph.Input("codes", ElementType.Int64, Dim.Symbol("B"), Dim.Of(configuration.Codebooks), frames);
        Value z = CodebookSumEmitter.Emit(root["quantizer"], codes, configuration);
        Value audio = DecoderEmitter.Emit(root["decoder"], z, configuration);
        Dim samples = (frames * Dim.Of(configuration.HopLength)) - Dim.Of(configuration.MissingSamples);
        root.Graph.Output(audio, "audio", ElementType.Float, Dim.Symbol("B"), Dim.Of(1), samples);
        weights = emission.EmittedWeights;
        return emission.Finish(configuration.ToJson());
    }
}
