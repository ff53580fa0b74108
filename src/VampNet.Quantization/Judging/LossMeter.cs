using System.Collections.Immutable;
using System.Numerics.Tensors;
using VampNet.Inference.Comparison;
using VampNet.Inference.Inputs;

namespace VampNet.Quantization.Judging;

/// <summary>Accumulates the differences between two graphs' outputs, sample by sample.</summary>
internal sealed class LossMeter(OutputKind kind)
{
    private const int Few = 5;

    private readonly List<TokenDisagreement> _disagreements = [];
    private readonly LikelihoodMeter _likelihood = new();
    private int _samples;
    private int _otherLengths;
    private long _positions;
    private long _flips;
    private double _signal;
    private double _noise;
    private double _divergence;
    private double _topFive;
    private double _lostMargin;
    private long[] _flipsByCodebook = [];
    private readonly SimilarityMeter? _similarity = SimilarityMeter.For(kind);
    private long[] _positionsByCodebook = [];

    /// <summary>What the outputs mean.</summary>
    public OutputKind Kind => kind;

    /// <summary>Compares two outputs of floating-point numbers of one shape.</summary>
    /// <param name="expected">The reference's.</param>
    /// <param name="actual">The judged graph's.</param>
    /// <param name="shape">The shape of both.</param>
    /// <param name="targets">The true tokens: logits are then compared where tokens are masked, which is where they are drawn. Null to
    /// compare everywhere.</param>
    public void Add(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, long[] shape, TokenTargets? targets = null)
    {
        _samples++;
        _similarity?.Add(expected, actual, shape);
        for (int i = 0; i < expected.Length; i++)
        {
            // Logits of what must not be chosen are minus infinity in both graphs; infinities that only one has count as infinite noise.
            if (float.IsInfinity(expected[i]) && expected[i] == actual[i])
            {
                continue;
            }

            double difference = (double)expected[i] - actual[i];
            _signal += (double)expected[i] * expected[i];
            _noise += difference * difference;
        }

        if (kind == OutputKind.Logits)
        {
            (int vocabulary, int codebooks) = ((int)shape[^1], shape.Length > 3 ? (int)shape[^2] : 1);
            Array.Resize(ref _flipsByCodebook, codebooks);
            Array.Resize(ref _positionsByCodebook, codebooks);
            bool areProbabilities = AreProbabilities(expected, vocabulary);
            AddDistributions(
                areProbabilities ? Logarithms(expected) : expected,
                areProbabilities ? Logarithms(actual) : actual,
                shape,
                targets
            );
            ImmutableArray<TokenDisagreement> widest = TokenComparer.Widest(_disagreements);
            _disagreements.Clear();
            _disagreements.AddRange(widest);
            if (targets is not null)
            {
                _likelihood.Add(expected, actual, codebooks, vocabulary, targets);
            }
        }
    }

    /// <summary>Compares two outputs of choices [B,C,T].</summary>
    public void Add(ReadOnlySpan<long> expected, ReadOnlySpan<long> actual, long[] shape)
    {
        _samples++;
        _positions += expected.Length;
        (int codebooks, int frames) = shape.Length == 3 ? ((int)shape[1], (int)shape[2]) : (1, expected.Length);
        Array.Resize(ref _flipsByCodebook, codebooks);
        Array.Resize(ref _positionsByCodebook, codebooks);
        for (int i = 0; i < expected.Length; i++)
        {
            int codebook = i / frames % codebooks;
            _positionsByCodebook[codebook]++;
            if (expected[i] != actual[i])
            {
                _flips++;
                _flipsByCodebook[codebook]++;
            }
        }
    }

    /// <summary>Counts an output of another length than the reference's.</summary>
    /// <param name="hasCommonPart">Whether they have elements in common, which are added besides; else nothing of the reference is
    /// there.</param>
    public void CountOtherLength(bool hasCommonPart)
    {
        _otherLengths++;
        if (!hasCommonPart)
        {
            _samples++;
            _noise = double.PositiveInfinity;
            _positions++;
            _flips++;
        }
    }

    /// <summary>The result.</summary>
    public QuantizationLoss Conclude() =>
        new(
            kind,
            _samples,
            kind == OutputKind.Codes ? null
                : _noise == 0 ? double.PositiveInfinity
                : 10 * Math.Log10(_signal / _noise),
            kind == OutputKind.Logits ? _divergence / _positions : null,
            kind == OutputKind.Logits ? _topFive / _positions : null,
            kind is not (OutputKind.Logits or OutputKind.Codes)
                ? null
                : new TokenAgreement(Math.Max(_positions, 1), _flips, TokenComparer.Widest(_disagreements))
        )
        {
            LostMargin = kind == OutputKind.Logits ? _lostMargin / _positions : null,
            OtherLengths = _otherLengths,
            Similarity = _similarity?.Conclude(),
            Codebooks = [.. _flipsByCodebook.Zip(_positionsByCodebook, (flips, positions) => new CodebookFlips(positions, flips))],
            Likelihood = _likelihood.Conclude(),
        };

    // Whether the values are probabilities; their logarithms serve as logits.
    private static bool AreProbabilities(ReadOnlySpan<float> values, int entries)
    {
        const double Rounding = 1e-2;
        if (entries < 2 || values.Length < entries)
        {
            return false;
        }

        double sum = 0;
        foreach (float value in values[..entries])
        {
            if (value is < 0 or > 1)
            {
                return false;
            }

            sum += value;
        }

        return Math.Abs(sum - 1) < Rounding;
    }

    private static float[] Logarithms(ReadOnlySpan<float> values)
    {
        const float Least = 1e-30f;
        float[] logarithms = new float[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            logarithms[i] = MathF.Log(Math.Max(values[i], Least));
        }

        return logarithms;
    }

    private void AddDistributions(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, long[] shape, TokenTargets? targets)
    {
        int vocabulary = (int)shape[^1];
        long[] places = shape[..^1];
        float[] p = new float[vocabulary];
        float[] q = new float[vocabulary];
        Span<int> likely = stackalloc int[Few];
        Span<int> other = stackalloc int[Few];
        for (int start = 0; start < expected.Length; start += vocabulary)
        {
            int place = start / vocabulary;
            if (targets is not null && targets.Tokens[place] == TokenTargets.NotScored)
            {
                continue;
            }

            ReadOnlySpan<float> reference = expected.Slice(start, vocabulary);
            ReadOnlySpan<float> judged = actual.Slice(start, vocabulary);
            TensorPrimitives.SoftMax(reference, p);
            TensorPrimitives.SoftMax(judged, q);
            for (int i = 0; i < vocabulary; i++)
            {
                _divergence += p[i] > 0 ? p[i] * Math.Log(p[i] / Math.Max(q[i], float.Epsilon)) : 0;
            }

            int count = Math.Min(Few, vocabulary);
            FindLargest(reference, likely[..count]);
            FindLargest(judged, other[..count]);
            int codebook = place % _flipsByCodebook.Length;
            double margin = (double)reference[likely[0]] - reference[other[0]];
            _positions++;
            _positionsByCodebook[codebook]++;
            if (likely[0] != other[0])
            {
                _flips++;
                _flipsByCodebook[codebook]++;
                _disagreements.Add(new TokenDisagreement(TensorComparer.IndexOf(place, places), likely[0], other[0], margin));
            }

            int shared = 0;
            foreach (int token in likely[..count])
            {
                shared += other[..count].Contains(token) ? 1 : 0;
            }

            _topFive += (double)shared / count;
            _lostMargin += margin;
        }
    }

    // The indices of the largest values, largest first, by insertion: the list is short.
    private static void FindLargest(ReadOnlySpan<float> values, Span<int> indices)
    {
        indices.Fill(-1);
        for (int i = 0; i < values.Length; i++)
        {
            int place = indices.Length;
            while (place > 0 && (indices[place - 1] < 0 || values[i] > values[indices[place - 1]]))
            {
                place--;
            }

            if (place < indices.Length)
            {
                indices[place..^1].CopyTo(indices[(place + 1)..]);
                indices[place] = i;
            }
        }
    }
}
