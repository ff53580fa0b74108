using System.Collections.Immutable;

namespace VampNet.Inference.Comparison;

/// <summary>Compares the tokens that two sets of logits choose.</summary>
public static class TokenComparer
{
    /// <summary>Compares the argmax over the last axis; the first of equal maxima wins, as in PyTorch and ONNX.</summary>
    /// <param name="expected">The reference's logits, row-major; the last axis is the vocabulary.</param>
    /// <param name="actual">The judged logits, as many.</param>
    /// <param name="shape">The shape of both, rank 1 or more.</param>
    /// <exception cref="ArgumentException">The counts disagree, or there is nothing to compare.</exception>
    public static TokenAgreement CompareArgmax(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, ReadOnlySpan<long> shape)
    {
        TensorComparer.RequireShape(expected.Length, actual.Length, shape);
        int vocabulary = checked((int)shape[^1]);
        var found = new List<TokenDisagreement>();
        for (int start = 0; start < expected.Length; start += vocabulary)
        {
            ReadOnlySpan<float> reference = expected.Slice(start, vocabulary);
            int wanted = IndexOfMax(reference);
            int chosen = IndexOfMax(actual.Slice(start, vocabulary));
            if (wanted != chosen)
            {
                double margin = (double)reference[wanted] - reference[chosen];
                found.Add(new TokenDisagreement(TensorComparer.IndexOf(start / vocabulary, shape[..^1]), wanted, chosen, margin));
            }
        }

        return Summarize(expected.Length / vocabulary, found);
    }

    /// <summary>Counts disagreements found elsewhere and keeps those of the widest margin; a NaN margin counts as the widest.</summary>
    /// <param name="positions">Number of choices compared, at least 1.</param>
    /// <param name="disagreements">Every choice that differs.</param>
    public static TokenAgreement Summarize(long positions, IReadOnlyCollection<TokenDisagreement> disagreements)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(positions, 1);
        return new TokenAgreement(positions, disagreements.Count, Widest(disagreements));
    }

    internal static ImmutableArray<TokenDisagreement> Widest(IEnumerable<TokenDisagreement> disagreements) =>
        [
            .. disagreements
                .OrderByDescending(each => double.IsNaN(each.Margin) ? double.PositiveInfinity : each.Margin)
                .Take(TokenAgreement.KeptDisagreements),
        ];

    private static int IndexOfMax(ReadOnlySpan<float> values)
    {
        int best = 0;
        for (int i = 1; i < values.Length; i++)
        {
            best = values[i] > values[best] ? i : best;
        }

        return best;
    }
}
