using System.Collections.Immutable;

namespace VampNet.Runtime.Generation;

/// <summary>A masked token model that control signals may guide. Without signals the result is the same as with masks of zeros.</summary>
public interface IControlledTokenModel : ITokenModel
{
    /// <summary>The width of each signal, by name; empty for a model without.</summary>
    ImmutableSortedDictionary<string, int> ControlDims { get; }

    /// <summary>Computes the logits of every predicted token under control signals.</summary>
    /// <param name="codes">[B,C,T], with MASK where the token is unknown.</param>
    /// <param name="controls">Signals by name; one that is missing counts nowhere.</param>
    /// <param name="logits">Receives [B,T,P,V].</param>
    /// <param name="cancellationToken">Ends the computation early.</param>
    void ComputeLogits(
        TokenGrid<long> codes,
        IReadOnlyDictionary<string, ControlSignal> controls,
        float[] logits,
        CancellationToken cancellationToken
    );
}
