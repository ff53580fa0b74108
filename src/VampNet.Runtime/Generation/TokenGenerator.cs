using System.Numerics.Tensors;
using VampNet.Runtime.Randomness;

namespace VampNet.Runtime.Generation;

/// <summary>
/// Fills in masked tokens over several steps: each step predicts all of them, keeps those it is surest of, and masks the rest again
/// (MaskGIT).
/// </summary>
/// <remarks>
/// Source: upstream <c>VampNet.generate</c> at 72e2675, quirks included: the tokens to keep are counted over the whole batch, the first
/// step
/// sees conditioning codebooks through the mask and later steps do not, and the last step's tokens are the result. The draws asked for are,
/// in
/// each step, the token noise [B*T*P, V] if the step draws, then uniforms [B, T*P].
/// </remarks>
public static class TokenGenerator
{
    /// <summary>Generates the masked tokens of a chunk.</summary>
    /// <param name="model">The transformer.</param>
    /// <param name="codes">[B,C,T]: what is known. Codes that are MASK count as masked.</param>
    /// <param name="mask">[B,C,T]: true where the token is unknown.</param>
    /// <param name="options">Steps and sampling.</param>
    /// <param name="draws">Chance.</param>
    /// <param name="onStep">Told of every step; null for silence.</param>
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
        Run run = new(model, codes, mask, options, draws);
        for (int step = 0; step < options.Steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            model.ComputeLogits(run.Codes, run.Logits, cancellationToken);
            run.Step(step);
            onStep?.Invoke(new GenerationStep(step + 1, options.Steps, run.Codes));
        }

        return run.Result();
    }

    /// <summary>The state of one call: everything a step needs is allocated here, before the first.</summary>
    internal sealed class Run
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
            Codes = codes.Clone();
            for (int index = 0; index < mask.Values.Length; index++)
            {
                if (mask.Values[index])
                {
                    Codes.Values[index] = _vocabulary;
                }
            }

            _initiallyMasked = Codes.Values.AsSpan().Count((long)_vocabulary);
            int tokens = codes.Batch * _tokensPerPiece;
            Logits = new float[tokens * _vocabulary];
            (_sampled, _confidence, _noise, _sorted) = (new long[tokens], new float[tokens], new float[tokens], new float[_tokensPerPiece]);
            _stillMasked = new int[codes.Batch];
        }

        /// <summary>[B,C,T]: what the next step reads.</summary>
        public TokenGrid<long> Codes { get; }

        /// <summary>[B,T,P,V]: what the model says of it.</summary>
        public float[] Logits { get; }

        /// <summary>Samples from <see cref="Logits"/> and brings <see cref="Codes"/> up to date.</summary>
        public void Step(int step)
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

        /// <summary>The last step's tokens, with the conditioning codebooks as they were given.</summary>
        public TokenGrid<long> Result()
        {
            TokenGrid<long> result = _given.Clone();
            for (int token = 0; token < _sampled.Length; token++)
            {
                result.Values[ToGrid(token)] = _sampled[token];
            }

            return result;
        }

        private void Sample(int step)
        {
            bool draw = step / (double)_options.Steps <= _options.SampleCutoff;
            if (draw)
            {
                _draws.NextTokenDraw(_sampled.Length, _vocabulary);
            }

            Array.Clear(_stillMasked);
            for (int token = 0; token < _sampled.Length; token++)
            {
                long code = Codes.Values[ToGrid(token)];
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
                Codes.Values[ToGrid(first + token)] = row[token] < cutOff ? _vocabulary : _sampled[first + token];
            }

            for (int codebook = 0; codebook < _conditioning; codebook++)
            {
                _given.Row(piece, codebook).CopyTo(Codes.Row(piece, codebook));
            }
        }

        // Tokens are numbered as the logits lie: piece, frame, codebook.
        private int ToGrid(int token)
        {
            (int frameOfBatch, int codebook) = Math.DivRem(token, _predicted);
            (int piece, int frame) = Math.DivRem(frameOfBatch, _given.Frames);
            return (piece * _given.Codebooks + _conditioning + codebook) * _given.Frames + frame;
        }
    }
}
