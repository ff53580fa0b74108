namespace VampNet.Quantization.Judging;

/// <summary>What a graph's output means, which decides how two of them are compared.</summary>
public enum OutputKind
{
    /// <summary>float32, the last axis a vocabulary: tokens are drawn from it.</summary>
    Logits,

    /// <summary>int64: choices already made.</summary>
    Codes,

    /// <summary>float32 of any other meaning, audio among them.</summary>
    Signal,
}
