namespace VampNet.Inference.Inputs;

/// <summary>The kind of a graph's inputs, judged by their types and shapes.</summary>
public enum InputKind
{
    /// <summary>int64: codes, token numbers. What is not drawn from them are numbers of a known range.</summary>
    Codes,

    /// <summary>float32 of rank 3 with one channel: sound [B,1,S].</summary>
    Sound,

    /// <summary>float32 of rank 3 with several channels: latents or features [B,D,T].</summary>
    Latents,

    /// <summary>float32 of any other shape.</summary>
    Numbers,
}
