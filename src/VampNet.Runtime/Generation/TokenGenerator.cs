using System.Numerics.Tensors;
using VampNet.Runtime.Randomness;

namespace VampNet.Runtime.Generation;

/// <summary>
/// Fills in masked tokens over several steps: each step predicts all of them, keeps those with the highest confidence, and masks the rest
/// again (MaskGIT).
/// </summary>
/// <remarks>
/// Source: upstream <c>VampNet.generate</c> at 72e2675, quirks included: the tokens to keep are counted over the whole batch, the first
/// step sees conditioning codebooks through the mask and later steps do not, and the last step's tokens are the result. Each step takes
/// these draws: the token noise [B*T*P, V] if the step draws, then uniforms [B, T*P].
/// </remarks>
public static class TokenGenerator
{
    /// <summary>Generates the masked tokens of a chunk.</summary>
    /// <param name="model">The transformer.</param>
    /// <param name="codes">[B,C,T]: what is known. Codes that are MASK count as masked.</param>
    /// <param name="mask">[B,C,T]: true where the token is unknown.</param>
    /// <param name="options">Steps and sampling.</param>
    /// <param name="draws">Source of random numbers.</param>
    /// <param name="onStep">Receives every step; null for silence.</param>
    /// <param name="cancellationToken">Looked at within and between steps.</param>
    /// <returns>[B,C,T] without MASK in the predicted codebooks; conditioning codebooks as given.</returns>
    /// <exception cref="ArgumentException">The model, the codes and the mask disagree in shape, or an option is out of range.</exception>
    /// <exception cref="RuntimeException">VNR0205: a code is out of range. VNR0401: the model's logits are not numbers.</exception>
    public static TokenGrid<long> Generate(
        ITokenModel model,
        TokenGrid<long> codes,
        TokenGrid<bool> mask,
        GenerateOptions options,
        IRandomDraws draws,
        Action<GenerationStep>? onStep = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(codes);
        ArgumentNullException.ThrowIfNull(mask);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(draws);
        options.Validate();
        if (codes.Codebooks != model.Codebooks || (codes.Batch, codes.Codebooks, codes.Frames) != (mask.Batch, mask.Codebooks, mask.Frames))
        {
            throw new ArgumentException(
                $"The model reads {model.Codebooks} codebooks; the codes are [{codes.Batch},{codes.Codebooks},{codes.Frames}] "
                    + $"and the mask [{mask.Batch},{mask.Codebooks},{mask.Frames}].",
                nameof(codes)
            );
        }

        if ((long)codes.Batch * codes.Frames * (model.Codebooks - model.ConditioningCodebooks) * model.VocabularySize > Array.MaxLength)
        {
            throw new ArgumentException(
                $"The logits of {codes.Batch} pieces of {codes.Frames} frames are more than fit. Use shorter chunks or fewer pieces.",
                nameof(codes)
            );
        }

        CodeRange.Require(codes, model.VocabularySize);
        IGenerationRun run = model.SamplingStep is { } step
            ? new SteppedRun(model, step, codes, mask, options, draws)
            : new Run(model, codes, mask, options, draws);
        for (int done = 0; done < options.Steps; done++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            model.ComputeLogits(run.Codes, run.Logits, cancellationToken);
            run.Step(done, cancellationToken);
            onStep?.Invoke(new GenerationStep(done + 1, options.Steps, run.Codes));
        }

        return run.Result();
    }

    /// <summary>Generates the masked tokens of a chunk under control signals, with classifier-free guidance where a scale is
    /// given.</summary>
    /// <param name="model">The transformer.</param>
    /// <param name="codes">[B,C,T]: what is known. Codes that are MASK count as masked.</param>
    /// <param name="mask">[B,C,T]: true where the token is unknown.</param>
    /// <param name="options">Steps and sampling.</param>
    /// <param name="draws">Source of random numbers.</param>
    /// <param name="guidance">The signals, and how strongly they guide.</param>
    /// <param name="onStep">Receives every step; null for silence.</param>
    /// <param name="cancellationToken">Looked at within and between steps.</param>
    /// <returns>[B,C,T] without MASK in the predicted codebooks; conditioning codebooks as given.</returns>
    /// <exception cref="ArgumentException">As without guidance; or the model has no signal of a name, or a signal is for another number of
    /// frames.</exception>
    /// <exception cref="RuntimeException">As without guidance.</exception>
    public static TokenGrid<long> Generate(
        IControlledTokenModel model,
        TokenGrid<long> codes,
        TokenGrid<bool> mask,
        GenerateOptions options,
        IRandomDraws draws,
        Guidance guidance,
        Action<GenerationStep>? onStep = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(guidance);
        ITokenModel guided = guidance.Controls.Count == 0 ? model : new GuidedTokenModel(model, guidance.Controls, guidance.CfgScale);
        return Generate(guided, codes, mask, options, draws, onStep, cancellationToken);
    }

    /// <summary>A copy of the codes with MASK wherever the mask says so.</summary>
    internal static TokenGrid<long> MaskCodes(TokenGrid<long> codes, TokenGrid<bool> mask, int maskToken)
    {
        TokenGrid<long> masked = codes.Clone();
        for (int index = 0; index < mask.Values.Length; index++)
        {
            if (mask.Values[index])
            {
                masked.Values[index] = maskToken;
            }
        }

        return masked;
    }

    /// <summary>Whether a step draws its tokens; otherwise it takes the likeliest.</summary>
    internal static bool DrawsIn(int step, GenerateOptions options) => step / (double)options.Steps <= options.SampleCutoff;

    /// <summary>The place of a token in the grid. Tokens are numbered as the logits lie: piece, frame, codebook.</summary>
    internal static int ToGrid(int token, TokenGrid<long> grid, int predicted)
    {
        (int frameOfBatch, int codebook) = Math.DivRem(token, predicted);
        (int piece, int frame) = Math.DivRem(frameOfBatch, grid.Frames);
        return (piece * grid.Codebooks + grid.Codebooks - predicted + codebook) * grid.Frames + frame;
    }

    /// <summary>Generation with the built-in sampler.</summary>
    internal sealed class Run : IGenerationRun
    {
        private readonly TokenGrid<long> _given;
        private readonly GenerateOptions _options;
        private readonly IRandomDraws _draws;
        private readonly TokenSampler _sampler;
        private readonly int _conditioning,
            _predicted,
            _vocabulary,
            _tokensPerPiece,
            _initiallyMasked;
        private readonly long[] _sampled;
        private readonly float[] _confidence,
            _noise,
            _sorted;
        private readonly int[] _stillMasked;

        public Run(ITokenModel model, TokenGrid<long> codes, TokenGrid<bool> mask, GenerateOptions options, IRandomDraws draws)
        {
            (_given, _options, _draws) = (codes, options, draws);
            (_conditioning, _vocabulary) = (model.ConditioningCodebooks, model.VocabularySize);
            _predicted = codes.Codebooks - _conditioning;
            _tokensPerPiece = codes.Frames * _predicted;
            _sampler = new TokenSampler(_vocabulary, options.Sampling);
            Codes = MaskCodes(codes, mask, _vocabulary);
            _initiallyMasked = Codes.Values.AsSpan().Count((long)_vocabulary);
            int tokens = codes.Batch * _tokensPerPiece;
            Logits = new float[tokens * _vocabulary];
            (_sampled, _confidence, _noise, _sorted) = (new long[tokens], new float[tokens], new float[tokens], new float[_tokensPerPiece]);
            _stillMasked = new int[codes.Batch];
        }

        /// <inheritdoc/>
        public TokenGrid<long> Codes { get; }

        /// <inheritdoc/>
        public float[] Logits { get; }

        /// <inheritdoc/>
        public void Step(int step, CancellationToken cancellationToken)
        {
            Sample(step);
            float temperature = _options.MaskTemperature * (1 - MaskSchedule.Progress(step, _options.Steps));
            _draws.FillUniforms(_noise);
            AddGumbel(temperature);
            for (int piece = 0; piece < _given.Batch; piece++)
            {
                Span<float> row = _confidence.AsSpan(piece * _tokensPerPiece, _tokensPerPiece);
                row.CopyTo(_sorted);
                _sorted.AsSpan().Sort();
                // A single token cannot be given up "at least once" and kept too: it is kept.
                int count = Math.Min(
                    MaskSchedule.CountToMask(step, _options.Steps, _initiallyMasked, _stillMasked[piece]),
                    _tokensPerPiece - 1
                );
                Remask(piece, row, _sorted[count]);
            }
        }

        /// <inheritdoc/>
        public TokenGrid<long> Result()
        {
            TokenGrid<long> result = _given.Clone();
            for (int token = 0; token < _sampled.Length; token++)
            {
                result.Values[ToGrid(token, _given, _predicted)] = _sampled[token];
            }

            return result;
        }

        private void Sample(int step)
        {
            bool draw = DrawsIn(step, _options);
            if (draw)
            {
                _draws.NextTokenDraw(_sampled.Length, _vocabulary);
            }

            Array.Clear(_stillMasked);
            for (int token = 0; token < _sampled.Length; token++)
            {
                long code = Codes.Values[ToGrid(token, _given, _predicted)];
                if (code != _vocabulary)
                {
                    (_sampled[token], _confidence[token]) = (code, float.PositiveInfinity);
                    continue;
                }

                if (draw)
                {
                    _draws.FillExponentials(token, _sampler.Noise);
                }

                (_sampled[token], _confidence[token]) = _sampler.Choose(Logits.AsSpan(token * _vocabulary, _vocabulary), draw);
                _stillMasked[token / _tokensPerPiece]++;
            }
        }

        // confidence = log(p) + temperature * -log(-log(u))
        private void AddGumbel(float temperature)
        {
            TensorPrimitives.Log(_noise, _noise);
            TensorPrimitives.Negate(_noise, _noise);
            TensorPrimitives.Log(_noise, _noise);
            TensorPrimitives.Multiply(_noise, -temperature, _noise);
            TensorPrimitives.Log(_confidence, _confidence);
            TensorPrimitives.Add<float>(_confidence, _noise, _confidence);
        }

        private void Remask(int piece, ReadOnlySpan<float> row, float cutOff)
        {
            int first = piece * _tokensPerPiece;
            for (int token = 0; token < row.Length; token++)
            {
                Codes.Values[ToGrid(first + token, _given, _predicted)] = row[token] < cutOff ? _vocabulary : _sampled[first + token];
            }

            for (int codebook = 0; codebook < _conditioning; codebook++)
            {
                _given.Row(piece, codebook).CopyTo(Codes.Row(piece, codebook));
            }
        }
    }
}

/// <summary>The result of one step of <see cref="TokenGenerator"/>.</summary>
/// <param name="Step">Steps done, from 1.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="Codes">[B,C,T] as the next step will read them, MASK where tokens were given up again. Valid during the call only.</param>
public readonly record struct GenerationStep(int Step, int Steps, TokenGrid<long> Codes);
