using VampNet.Onnx;

namespace VampNet.Export.Codec;

/// <summary>Zeros after the audio, up to the next multiple of the hop: -S mod hop of them, which is 0 to hop - 1.</summary>
internal static class HopPaddingEmitter
{
    /// <summary>audio [B,1,S] to [B,1,T*hop], T = ceil(S / hop).</summary>
    public static Value Emit(Module preprocess, Value audio, int hop)
    {
        GraphBuilder graph = preprocess.Graph;
        Value samples = preprocess.Op("Shape", "samples", [audio], ("start", 2), ("end", 3));
        Value negated = preprocess.Op("Neg", "negated", [samples]);
        Value missing = preprocess.Op("Mod", "missing", [negated, graph.Constant((long)hop)]);
        Value pads = preprocess.Op("Concat", "pads", [graph.Constant([0L, 0, 0, 0, 0]), missing], ("axis", 0));
        return preprocess.Op("Pad", "padded", [audio, pads]);
    }
}
