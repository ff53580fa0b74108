namespace VampNet.Models;

/// <summary>The file names of a folder of exported models.</summary>
public static class ModelFiles
{
    /// <summary>The coarse transformer: codes int64 [B,C,T] to logits float32 [B,T,P,V].</summary>
    public const string Coarse = "coarse.onnx";

    /// <summary>The coarse-to-fine transformer: codes int64 [B,C,T] to logits float32 [B,T,P,V].</summary>
    public const string CoarseToFine = "c2f.onnx";

    /// <summary>The codec's encoder: audio float32 [B,1,S] to codes int64 [B,C,T].</summary>
    public const string CodecEncoder = "codec_encoder.onnx";

    /// <summary>The codec's decoder: codes int64 [B,C,T] to audio float32 [B,1,S].</summary>
    public const string CodecDecoder = "codec_decoder.onnx";

    /// <summary>The step graph beside a transformer: codes and logits to the next codes, with noise as inputs.</summary>
    /// <param name="transformer">The transformer's path or name, as in <c>models/coarse.onnx</c>.</param>
    /// <returns>The same with <c>_step</c> before the extension.</returns>
    public static string StepOf(string transformer) => Path.ChangeExtension(transformer, null) + "_step.onnx";

    /// <summary>The step graph that generates its noise from a seed; see <see cref="StepOf"/>.</summary>
    public static string SeededStepOf(string transformer) => Path.ChangeExtension(transformer, null) + "_step_seeded.onnx";

    /// <summary>The results of a verification, beside the manifest; absent until the folder is verified.</summary>
    public const string Verdicts = "verdicts.json";

    /// <summary>The step graph with the whole transformer inside: codes to the next codes, with noise as inputs.</summary>
    /// <param name="transformer">The transformer's path or name.</param>
    public static string FusedStepOf(string transformer) => Path.ChangeExtension(transformer, null) + "_fused_step.onnx";

    /// <summary>The fused step graph that generates its noise from a seed; see <see cref="FusedStepOf"/>.</summary>
    public static string SeededFusedStepOf(string transformer) => Path.ChangeExtension(transformer, null) + "_fused_step_seeded.onnx";

    /// <summary>The four graphs of the music pipeline.</summary>
    public static IReadOnlyList<string> Graphs { get; } = [Coarse, CoarseToFine, CodecEncoder, CodecDecoder];
}
