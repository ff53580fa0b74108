namespace VampNet.Quantization.Judging;

/// <summary>The meaning of a graph's output, which determines how two outputs are compared.</summary>
public enum OutputKind
{
    /// <summary>float32, the last axis a vocabulary: tokens are drawn from it.</summary>
    Logits,

    /// <summary>int64: choices already made.</summary>
    Codes,

    /// <summary>float32 of any other meaning, audio among them.</summary>
    Signal,
}
