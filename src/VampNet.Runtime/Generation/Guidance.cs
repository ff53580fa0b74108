namespace VampNet.Runtime.Generation;

/// <summary>Guidance of a generation by control signals, optionally classifier-free.</summary>
/// <remarks>Source: upstream <c>generate</c> of models with <c>ctrl_dims</c>.</remarks>
public sealed record Guidance
{
    /// <summary>Control signals by name, each for a single piece: [1,dim,T] and [1,T]. All pieces of a batch get the same.</summary>
    public required IReadOnlyDictionary<string, ControlSignal> Controls { get; init; }

    /// <summary>Upstream's <c>cfg_scale</c>: each piece takes two rows of the batch, with the signals and without, and its logits are
    /// u + scale * (c - u), c with and u without. 1 for what the model was trained on, above 1 for more; null, the default, computes one
    /// row with the signals.</summary>
    public float? CfgScale { get; init; }
}
