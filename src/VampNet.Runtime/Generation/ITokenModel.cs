namespace VampNet.Runtime.Generation;

/// <summary>A masked token model: what a coarse or c2f transformer computes, whatever runs it.</summary>
public interface ITokenModel
{
    /// <summary>C: the codebooks it reads.</summary>
    int Codebooks { get; }

    /// <summary>Number of conditioning codebooks: the first ones, which are given and never predicted. P = C - this.</summary>
    int ConditioningCodebooks { get; }

    /// <summary>V: codes are 0 to V - 1, and V is MASK.</summary>
    int VocabularySize { get; }

    /// <summary>The step that samples from the logits; null for the built-in sampler.</summary>
    ISamplingStep? SamplingStep => null;

    /// <summary>Computes the logits of every predicted token.</summary>
    /// <param name="codes">[B,C,T], with MASK where the token is unknown.</param>
    /// <param name="logits">Receives [B,T,P,V].</param>
    /// <param name="cancellationToken">Ends the computation early.</param>
    void ComputeLogits(TokenGrid<long> codes, float[] logits, CancellationToken cancellationToken);
}
