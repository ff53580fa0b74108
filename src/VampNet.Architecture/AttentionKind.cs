namespace VampNet.Architecture;

/// <summary>The kinds of self-attention that VampNet transformers have.</summary>
public enum AttentionKind
{
    /// <summary>T5's relative position bias, no other biases: <c>MultiHeadRelativeAttention</c>, as in all released models.</summary>
    Relative,

    /// <summary>One projection to queries, keys and values, biases on it and on the output, and no positions at all: <c>FlashMHA</c> of
    /// the flash_attn library, which upstream's class takes by default.</summary>
    Flash,
}
