using System.Collections.Immutable;
using VampNet.Architecture;
using VampNet.Export.Codec;
using VampNet.Onnx;

namespace VampNet.Export;

/// <summary>Writes the encoder of a LAC or DAC codec and its quantizer as a graph: audio float32 [B,1,S], any S
/// >= 1, to codes int64 [B,C,T].</summary>
internal static class CodecEncoderEmitter
{
    /// <summary>Emits the graph; padding to the hop is inside. Weights are read while the model is written, not before.</summary>
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
        Emission emission = new($"{GraphMetadata.NameOf(configuration.Family)}.encoder", codec.Weights, options);
        Module root = new(emission, "");
        Value audio = root.Graph.Input("audio", ElementType.Float, Dim.Symbol("B"), Dim.Of(1), Dim.Symbol("S"));
        Value padded = HopPaddingEmitter.Emit(root["preprocess"], audio, configuration.HopLength);
        Value z = EncoderEmitter.Emit(root["encoder"], padded, configuration);
        Value codes = ResidualSearchEmitter.Emit(root["quantizer"], z, configuration);
        root.Graph.Output(codes, "codes", ElementType.Int64, Dim.Symbol("B"), Dim.Of(configuration.Codebooks), Dim.Symbol("T"));
        weights = emission.EmittedWeights;
        return emission.Finish(configuration.ToJson());
    }
}
