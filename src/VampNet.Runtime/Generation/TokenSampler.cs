using System.Numerics.Tensors;

namespace VampNet.Runtime.Generation;

/// <summary>Draws one token at a time, without allocating: all its memory is made once.</summary>
/// <remarks>Source: upstream <c>sample_from_logits</c>. A draw is argmax(p / e) with e ~ Exp(1), as <c>torch.multinomial</c> makes
/// it.</remarks>
internal sealed class TokenSampler
{
    private readonly SamplingOptions _options;
    private readonly LogitFilter? _filter;
    private readonly float[] _probabilities;

    public TokenSampler(int vocabularySize, SamplingOptions options)
    {
        _options = options;
        _probabilities = new float[vocabularySize];
        Noise = new float[vocabularySize];
        _filter =
            options.FilterTypical || options.TopK < vocabularySize || options.TopP < 1 ? new LogitFilter(vocabularySize, options) : null;
    }

    /// <summary>Buffer that the caller fills with V exponentials before each draw.</summary>
    public float[] Noise { get; }

    /// <summary>Chooses a token.</summary>
    /// <param name="logits">V logits; filters overwrite them.</param>
    /// <param name="draw">True to draw with <see cref="Noise"/>, false for the likeliest.</param>
    /// <returns>The token, and its probability after filters and temperature.</returns>
    /// <exception cref="RuntimeException">VNR0401: the logits are not numbers.</exception>
    public (int Token, float Probability) Choose(Span<float> logits, bool draw)
    {
        _filter?.Apply(logits);
        int likeliest = TensorPrimitives.IndexOfMax<float>(logits);
        if (_options.Temperature is > 0 and not 1)
        {
            TensorPrimitives.Divide(logits, _options.Temperature, _probabilities);
        }
        else
        {
            logits.CopyTo(_probabilities);
        }

        TensorPrimitives.Subtract(_probabilities, _probabilities[likeliest], _probabilities);
        TensorPrimitives.Exp(_probabilities, _probabilities);
        float sum = TensorPrimitives.Sum<float>(_probabilities);
        if (!float.IsFinite(sum))
        {
            throw NotNumbers();
        }

        TensorPrimitives.Divide(_probabilities, sum, _probabilities);
        if (!draw)
        {
            return (likeliest, _probabilities[likeliest]);
        }

        TensorPrimitives.Divide(_probabilities, Noise, Noise);
        int token = TensorPrimitives.IndexOfMax<float>(Noise);
        return (token, _probabilities[token]);
    }

    /// <summary>The error for logits that are not numbers.</summary>
    internal static RuntimeException NotNumbers() =>
        new(
            RuntimeErrorIds.LogitsNotFinite,
            found: "NaN or infinity among a token's logits",
            expected: "finite numbers",
            advice: "The model is damaged, or its numbers overflow in the precision it was exported with; export it again in float32"
        );
}
