using System.Collections.Immutable;
using VampNet.Inference.Comparison;

namespace VampNet.Quantization.Judging;

/// <summary>The loss of quantization over all samples.</summary>
/// <param name="Kind">Meaning of the output.</param>
/// <param name="Samples">Number of inputs that were compared.</param>
/// <param name="SignalToNoise">Power of the reference over power of the difference, in decibels; null for codes.</param>
/// <param name="Divergence">Mean Kullback-Leibler divergence of the softmax from the reference's, in nats; null unless logits.</param>
/// <param name="TopFive">Mean share of the reference's five likeliest tokens that are among the other's five; null unless logits.</param>
/// <param name="Tokens">Agreement of the tokens that both choose (logits: the likeliest); null for signals.</param>
public sealed record QuantizationLoss(
    OutputKind Kind,
    int Samples,
    double? SignalToNoise,
    double? Divergence,
    double? TopFive,
    TokenAgreement? Tokens
)
{
    /// <summary>Token flips weighted by margin: how much less the reference likes the judged token than its own, a difference of logits
    /// averaged over all positions; null unless logits.</summary>
    public double? LostMargin { get; init; }

    /// <summary>Similarity of the outputs in the measure of their kind; null for logits, codes and outputs of unknown meaning.</summary>
    public OutputSimilarity? Similarity { get; init; }

    /// <summary>Number of inputs on which the output is longer or shorter than the reference's, because its length follows from computed
    /// numbers, as durations or detections do. They are compared as far as both outputs reach.</summary>
    public int OtherLengths { get; init; }

    /// <summary>Likelihood, in both graphs, of the true tokens behind masked ones; null unless logits were compared on real codes. What
    /// else is said of logits is then of the masked tokens too.</summary>
    public CodeLikelihood? Likelihood { get; init; }

    /// <summary>Number of choices that differ by codebook, in the order of the output's codebooks; empty for signals.</summary>
    public ImmutableArray<CodebookFlips> Codebooks { get; init; } = [];
}

/// <summary>The share of different choices of two graphs in one codebook.</summary>
/// <param name="Positions">Number of choices compared.</param>
/// <param name="Flips">Number of tokens that differ.</param>
public sealed record CodebookFlips(long Positions, long Flips)
{
    /// <summary>Flips of all positions, 0 to 1.</summary>
    public double Share => (double)Flips / Positions;
}

/// <summary>Similarity of a floating-point output to the reference, in the measure of its kind.</summary>
/// <param name="Cosine">Mean cosine between the vectors of the last axis, -1 to 1; null unless embeddings.</param>
/// <param name="PeakSignalToNoise">The reference's range squared over the mean squared difference, in decibels; null unless images.</param>
/// <param name="ScaleInvariantDistortion">SI-SDR: power of the reference's share in the output over power of the rest, in decibels, the
/// mean over the rows; null unless audio.</param>
/// <param name="MeanError">Mean absolute difference over the reference's range; null unless regression.</param>
public sealed record OutputSimilarity(double? Cosine, double? PeakSignalToNoise, double? ScaleInvariantDistortion, double? MeanError);
