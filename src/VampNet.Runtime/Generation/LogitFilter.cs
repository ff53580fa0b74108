using System.Numerics.Tensors;

namespace VampNet.Runtime.Generation;

/// <summary>Sets the logits of tokens that may not be drawn to minus infinity: typical, top-k, top-p, in this order. Allocates only when
/// made.</summary>
internal sealed class LogitFilter(int vocabularySize, SamplingOptions options)
{
    private readonly float[] _keys = new float[vocabularySize];
    private readonly float[] _logProbabilities = new float[vocabularySize];
    private readonly int[] _order = new int[vocabularySize];

    /// <summary>Filters V logits in place.</summary>
    public void Apply(Span<float> logits)
    {
        if (options.FilterTypical)
        {
            KeepTypical(logits);
        }

        if (options.TopK is { } count && count < logits.Length)
        {
            KeepLikeliest(logits, count);
        }

        if (options.TopP is { } mass and < 1)
        {
            KeepMass(logits, mass);
        }
    }

    // Upstream's typical_filter, with its result used: sorted by |information - entropy|, the tokens further off than the one at which the
    // mass is reached are removed, save the first few.
    private void KeepTypical(Span<float> logits)
    {
        float normalizer = LogNormalizer(logits);
        TensorPrimitives.Subtract(logits, normalizer, _logProbabilities);
        double entropy = 0;
        foreach (float log in _logProbabilities)
        {
            entropy -= float.IsNegativeInfinity(log) ? 0 : log * Math.Exp(log);
        }

        for (int token = 0; token < _keys.Length; token++)
        {
            (_keys[token], _order[token]) = (MathF.Abs(-_logProbabilities[token] - (float)entropy), token);
        }

        _keys.AsSpan().Sort(_order.AsSpan());

        double mass = 0;
        int last = 0;
        while (last < _keys.Length - 1 && (mass += MathF.Exp(_logProbabilities[_order[last]])) < options.TypicalMass)
        {
            last++;
        }

        for (int rank = options.TypicalMinimumTokens; rank < _keys.Length; rank++)
        {
            if (_keys[rank] > _keys[last])
            {
                logits[_order[rank]] = float.NegativeInfinity;
            }
        }
    }

    private void KeepLikeliest(Span<float> logits, int count)
    {
        logits.CopyTo(_keys);
        _keys.AsSpan().Sort();
        float least = _keys[^count];
        foreach (ref float logit in logits)
        {
            if (logit < least)
            {
                logit = float.NegativeInfinity;
            }
        }
    }

    private void KeepMass(Span<float> logits, float mass)
    {
        float normalizer = LogNormalizer(logits);
        TensorPrimitives.Negate(logits, _keys);
        for (int token = 0; token < _order.Length; token++)
        {
            _order[token] = token;
        }

        _keys.AsSpan().Sort(_order.AsSpan());

        double sum = 0;
        for (int rank = 0; rank < _order.Length; rank++)
        {
            // The token that crosses the threshold is kept.
            bool over = (float)sum > mass;
            sum += MathF.Exp(logits[_order[rank]] - normalizer);
            if (over)
            {
                logits[_order[rank]] = float.NegativeInfinity;
            }
        }
    }

    private float LogNormalizer(Span<float> logits)
    {
        float greatest = TensorPrimitives.Max<float>(logits);
        TensorPrimitives.Subtract(logits, greatest, _keys);
        TensorPrimitives.Exp(_keys, _keys);
        return greatest + MathF.Log(TensorPrimitives.Sum<float>(_keys));
    }
}
