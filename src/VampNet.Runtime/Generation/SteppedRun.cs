using System.Numerics.Tensors;
using VampNet.Runtime.Randomness;

namespace VampNet.Runtime.Generation;

/// <summary>Generation whose sampling an <see cref="ISamplingStep"/> computes: this draws the noise and keeps the codes.</summary>
internal sealed class SteppedRun : IGenerationRun
{
    private readonly TokenGrid<long> _given;
    private readonly GenerateOptions _options;
    private readonly IRandomDraws _draws;
    private readonly ISamplingStep _step;
    private readonly int _conditioning,
        _predicted,
        _vocabulary,
        _maskedAtStart;
    private readonly float[] _exponentials,
        _uniforms;
    private readonly TokenGrid<long> _next,
        _tokens;

    public SteppedRun(
        ITokenModel model,
        ISamplingStep step,
        TokenGrid<long> codes,
        TokenGrid<bool> mask,
        GenerateOptions options,
        IRandomDraws draws
    )
    {
        step.Require(options);
        (_given, _options, _draws, _step) = (codes, options, draws, step);
        (_conditioning, _vocabulary) = (model.ConditioningCodebooks, model.VocabularySize);
        _predicted = codes.Codebooks - _conditioning;
        Codes = TokenGenerator.MaskCodes(codes, mask, _vocabulary);
        _maskedAtStart = Codes.Values.AsSpan().Count((long)_vocabulary);
        int tokens = codes.Batch * codes.Frames * _predicted;
        Logits = new float[tokens * _vocabulary];
        _exponentials = new float[Logits.Length];
        _exponentials.AsSpan().Fill(1);
        _uniforms = new float[tokens];
        (_next, _tokens) = (codes.Clone(), codes.Clone());
    }

    /// <inheritdoc/>
    public TokenGrid<long> Codes { get; }

    /// <inheritdoc/>
    public float[] Logits { get; }

    /// <inheritdoc/>
    public void Step(int step, CancellationToken cancellationToken)
    {
        Draw(step);
        _step.Run(
            new SamplingStepInputs(Codes, Logits, step, _options, _maskedAtStart, _exponentials, _uniforms),
            _next,
            _tokens,
            cancellationToken
        );
        _next.Values.CopyTo(Codes.Values, 0);
        RestoreConditioning(Codes);
    }

    /// <inheritdoc/>
    public TokenGrid<long> Result()
    {
        RestoreConditioning(_tokens);
        return _tokens;
    }

    // Noise is drawn for unknown tokens alone: no other is read.
    private void Draw(int step)
    {
        bool draws = TokenGenerator.DrawsIn(step, _options);
        if (draws)
        {
            _draws.NextTokenDraw(_uniforms.Length, _vocabulary);
        }

        for (int token = 0; token < _uniforms.Length; token++)
        {
            if (Codes.Values[TokenGenerator.ToGrid(token, _given, _predicted)] == _vocabulary)
            {
                RequireNumbers(Logits.AsSpan(token * _vocabulary, _vocabulary));
                if (draws)
                {
                    _draws.FillExponentials(token, _exponentials.AsSpan(token * _vocabulary, _vocabulary));
                }
            }
        }

        _draws.FillUniforms(_uniforms);
    }

    private static void RequireNumbers(ReadOnlySpan<float> logits)
    {
        if (!float.IsFinite(TensorPrimitives.Max(logits)))
        {
            throw TokenSampler.NotNumbers();
        }
    }

    private void RestoreConditioning(TokenGrid<long> codes)
    {
        for (int piece = 0; piece < codes.Batch; piece++)
        {
            for (int codebook = 0; codebook < _conditioning; codebook++)
            {
                _given.Row(piece, codebook).CopyTo(codes.Row(piece, codebook));
            }
        }
    }
}
