using TorchSharp;
using static TorchSharp.torch;

namespace VampNet.Training.Optimization;

/// <summary>Cross entropy of the masked tokens. Source: hugofloresgarcia/vampnet 72e2675, <c>scripts/exp/train.py</c>.</summary>
internal static class MaskedLoss
{
    private const long Ignored = -100;

    /// <summary>The codes with MASK where the mask is set.</summary>
    /// <param name="codes">int64 [B, C, T].</param>
    /// <param name="mask">bool [B, C, T].</param>
    /// <param name="maskToken">V.</param>
    public static Tensor Hide(Tensor codes, Tensor mask, int maskToken) => codes.masked_fill(mask, maskToken);

    /// <summary>The mean cross entropy in nats over the masked tokens of the predicted codebooks.</summary>
    /// <param name="logits">float32 [B, T, P, V].</param>
    /// <param name="codes">int64 [B, C, T], nothing hidden.</param>
    /// <param name="mask">bool [B, C, T], at least one set among the predicted codebooks.</param>
    /// <param name="labelSmoothing">The share of each target's probability that is spread over the vocabulary; 0 to 1.</param>
    public static Tensor CrossEntropy(Tensor logits, Tensor codes, Tensor mask, double labelSmoothing)
    {
        using DisposeScope scope = NewDisposeScope();
        long given = codes.shape[1] - logits.shape[2];
        Tensor shown = mask.logical_not();
        Tensor targets = codes.masked_fill(shown, Ignored).narrow(1, given, logits.shape[2]).transpose(1, 2);
        return nn
            .functional.cross_entropy(
                logits.reshape(-1, logits.shape[3]),
                targets.reshape(-1),
                ignore_index: Ignored,
                label_smoothing: labelSmoothing
            )
            .MoveToOuterDisposeScope();
    }
}
