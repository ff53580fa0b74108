namespace VampNet.Quantization.Judging;

/// <summary>The meaning of a graph's output, which determines how two outputs are compared.</summary>
public enum OutputKind
{
    /// <summary>Floating point, the last axis a vocabulary or classes: tokens are drawn from it. Probabilities count as logits.</summary>
    Logits,

    /// <summary>Integers or booleans: choices already made.</summary>
    Codes,

    /// <summary>Floating point of unknown meaning.</summary>
    Signal,

    /// <summary>Floating point, pixels.</summary>
    Image,

    /// <summary>Floating point, the last axis a vector whose direction counts.</summary>
    Embedding,

    /// <summary>Floating point, the last axis samples of sound.</summary>
    Audio,

    /// <summary>Floating point, numbers that count as they are.</summary>
    Regression,
}
