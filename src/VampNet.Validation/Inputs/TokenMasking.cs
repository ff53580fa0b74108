using System.Collections.Immutable;
using VampNet.Inference.Inputs;
using VampNet.Runtime;

namespace VampNet.Validation.Inputs;

/// <summary>Masks real codes for a transformer, as generation does at its beginning, in its middle and near its end.</summary>
/// <param name="Vocabulary">V; MASK is V.</param>
/// <param name="ConditioningCodebooks">Number of leading codebooks that are given and never masked.</param>
internal sealed record TokenMasking(int Vocabulary, int ConditioningCodebooks)
{
    /// <summary>The shares of tokens that are masked.</summary>
    public static ImmutableArray<double> Shares { get; } = [0.2, 0.5, 0.8];

    /// <summary>A passage with each share of its tokens masked. What is masked at a smaller share is masked at a larger one too, and
    /// depends on the passage's number alone.</summary>
    /// <param name="name">Name of the passage.</param>
    /// <param name="number">Its number, the seed.</param>
    /// <param name="codes">[1,C,T], true tokens.</param>
    public IEnumerable<(TokenGrid<long> Codes, TokenTargets Targets)> Apply(string name, int number, TokenGrid<long> codes)
    {
        int predicted = codes.Codebooks - ConditioningCodebooks;
        int[] order = [.. Enumerable.Range(0, predicted * codes.Frames)];
        // Fisher and Yates, from numbers that are the same in every version.
        long[] draws = SeededInputs.Codes((ulong)number + 1, 1, 1, order.Length, int.MaxValue, maskShare: 0);
        for (int i = order.Length - 1; i > 0; i--)
        {
            int other = (int)(draws[i] % (i + 1));
            (order[i], order[other]) = (order[other], order[i]);
        }

        foreach (double share in Shares)
        {
            TokenGrid<long> masked = codes.Clone();
            long[] targets = new long[order.Length];
            Array.Fill(targets, TokenTargets.NotScored);
            foreach (int position in order.AsSpan(0, Math.Max(1, (int)Math.Round(share * order.Length))))
            {
                (int frame, int codebook) = Math.DivRem(position, predicted);
                masked[0, ConditioningCodebooks + codebook, frame] = Vocabulary;
                targets[position] = codes[0, ConditioningCodebooks + codebook, frame];
            }

            yield return (masked, new TokenTargets(targets, share, ConditioningCodebooks, name));
        }
    }
}
