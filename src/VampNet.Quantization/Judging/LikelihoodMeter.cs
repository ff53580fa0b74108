using System.Numerics.Tensors;
using VampNet.Inference.Inputs;

namespace VampNet.Quantization.Judging;

/// <summary>Accumulates the likelihood of true tokens under two graphs, sample by sample.</summary>
internal sealed class LikelihoodMeter
{
    // Tokens near in time are not independent: the standard error is one over stretches of about half a second.
    private const int StretchFrames = 32;

    private readonly Sums _all = new();
    private readonly SortedDictionary<int, Sums> _codebooks = [];
    private readonly SortedDictionary<double, Sums> _masks = [];
    private readonly HashSet<string> _passages = [];

    /// <summary>Adds the masked tokens of one sample.</summary>
    /// <param name="expected">The reference's logits [B,T,P,V], row-major.</param>
    /// <param name="actual">The judged logits.</param>
    /// <param name="codebooks">P.</param>
    /// <param name="vocabulary">V.</param>
    /// <param name="targets">The true tokens [B,T,P].</param>
    public void Add(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, int codebooks, int vocabulary, TokenTargets targets)
    {
        _passages.Add(targets.Passage);
        for (int i = 0; i < targets.Tokens.Length; i++)
        {
            if (targets.Tokens[i] == TokenTargets.NotScored)
            {
                continue;
            }

            Token token = Compare(
                expected.Slice(i * vocabulary, vocabulary),
                actual.Slice(i * vocabulary, vocabulary),
                (int)targets.Tokens[i]
            );
            string stretch = $"{targets.Passage}/{i / codebooks / StretchFrames}";
            _all.Add(token, stretch);
            At(_codebooks, targets.FirstCodebook + (i % codebooks)).Add(token, stretch);
            At(_masks, targets.MaskShare).Add(token, stretch);
        }
    }

    /// <summary>The result; null when no sample had true tokens.</summary>
    public CodeLikelihood? Conclude() =>
        _all.Tokens == 0
            ? null
            : new CodeLikelihood(
                _all.Conclude(),
                [.. _codebooks.Select(each => new CodebookLikelihood(each.Key, each.Value.Conclude()))],
                [.. _masks.Select(each => new MaskLikelihood(each.Key, each.Value.Conclude()))],
                _passages.Count
            );

    private static Sums At<TKey>(SortedDictionary<TKey, Sums> all, TKey key)
        where TKey : notnull
    {
        if (!all.TryGetValue(key, out Sums? sums))
        {
            all[key] = sums = new Sums();
        }

        return sums;
    }

    private static Token Compare(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, int truth)
    {
        double first = LogSum(expected),
            second = LogSum(actual),
            divergence = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            double logP = expected[i] - first;
            divergence += Math.Exp(logP) * (logP - (actual[i] - second));
        }

        return new Token(
            first - expected[truth],
            second - actual[truth],
            TensorPrimitives.IndexOfMax(expected) == TensorPrimitives.IndexOfMax(actual),
            divergence
        );
    }

    // The logarithm of the sum of exponentials, from the largest logit so that nothing overflows.
    private static double LogSum(ReadOnlySpan<float> logits)
    {
        double largest = TensorPrimitives.Max(logits);
        double sum = 0;
        foreach (float logit in logits)
        {
            sum += Math.Exp(logit - largest);
        }

        return largest + Math.Log(sum);
    }

    private readonly record struct Token(double Reference, double Candidate, bool IsSame, double Divergence);

    private sealed class Sums
    {
        private readonly Dictionary<string, (long Tokens, double Difference)> _stretches = [];
        private double _reference;
        private double _candidate;
        private double _divergence;
        private long _same;

        public long Tokens { get; private set; }

        public void Add(Token token, string stretch)
        {
            Tokens++;
            _reference += token.Reference;
            _candidate += token.Candidate;
            _divergence += token.Divergence;
            _same += token.IsSame ? 1 : 0;
            (long tokens, double difference) = _stretches.GetValueOrDefault(stretch);
            _stretches[stretch] = (tokens + 1, difference + token.Candidate - token.Reference);
        }

        public TokenLikelihood Conclude() =>
            new(Tokens, _reference / Tokens, _candidate / Tokens, StandardError(), (double)_same / Tokens, _divergence / Tokens);

        // Of a ratio of sums over clusters: Cochran, Sampling Techniques, 1977, chapter 6.
        private double? StandardError()
        {
            if (_stretches.Count < 2)
            {
                return null;
            }

            double mean = (_candidate - _reference) / Tokens;
            double squares = _stretches.Values.Sum(each => Math.Pow(each.Difference - (mean * each.Tokens), 2));
            return Math.Sqrt(squares * _stretches.Count / (_stretches.Count - 1)) / Tokens;
        }
    }
}
