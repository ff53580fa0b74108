using System.Collections.Immutable;

namespace VampNet.Inference.Comparison;

/// <summary>A position where reference and judged graph choose different tokens.</summary>
/// <param name="Position">Index of the position: [b, t, p] for logits, [b, c, t] for codec codes.</param>
/// <param name="Expected">The reference's token.</param>
/// <param name="Actual">The judged graph's token.</param>
/// <param name="Margin">Preference of the reference for its own token over the other: a difference of logits, or of cosines for codec
/// codes. Near 0 is a tie.</param>
public sealed record TokenDisagreement(ImmutableArray<long> Position, int Expected, int Actual, double Margin);
