using VampNet.Runtime.Randomness;

namespace VampNet.Runtime.Generation;

/// <summary>Generates new codes from codes: the coarse stage over chunks, repeated for each feedback step, then the c2f stage over shorter
/// chunks.</summary>
/// <remarks>Source: upstream <c>Interface.vamp</c>, <c>coarse_vamp</c> and <c>coarse_to_fine</c> at 72e2675.</remarks>
public static class CodeVamper
{
    /// <summary>Vamps codes.</summary>
    /// <param name="coarse">Predicts the first codebooks.</param>
    /// <param name="fine">Predicts the rest from them.</param>
    /// <param name="codes">[1,C,T] or [B,C,T], C at least the coarse model's and at most the fine model's.</param>
    /// <param name="mask">As the codes, but for every codebook of the fine model: true where a token is to be generated.</param>
    /// <param name="options">Options of both stages.</param>
    /// <param name="draws">Source of random numbers.</param>
    /// <param name="progress">Receives every step.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <returns>The new codes, and what was left of the old ones with MASK elsewhere; both [B, C of the fine model, T * stretch].</returns>
    /// <exception cref="ArgumentException">Shapes that do not go together, or an option out of range.</exception>
    public static (TokenGrid<long> Codes, TokenGrid<long> Masked) Vamp(
        ITokenModel coarse,
        ITokenModel fine,
        TokenGrid<long> codes,
        TokenGrid<bool> mask,
        VampCodesOptions options,
        IRandomDraws draws,
        IProgress<VampProgress>? progress = null,
        CancellationToken cancellationToken = default
    ) => Vamp(coarse, fine, codes, mask, options, draws, static _ => { }, progress, cancellationToken);

    /// <summary>Vamps codes, and tells when a model is not needed any more.</summary>
    /// <param name="coarse">Predicts the first codebooks.</param>
    /// <param name="fine">Predicts the rest from them.</param>
    /// <param name="codes">[1,C,T] or [B,C,T].</param>
    /// <param name="mask">True where a token is to be generated.</param>
    /// <param name="options">How.</param>
    /// <param name="draws">Source of random numbers.</param>
    /// <param name="onEnd">Called at the end of the coarse stage, and of the c2f stage.</param>
    /// <param name="progress">Receives every step.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    internal static (TokenGrid<long> Codes, TokenGrid<long> Masked) Vamp(
        ITokenModel coarse,
        ITokenModel fine,
        TokenGrid<long> codes,
        TokenGrid<bool> mask,
        VampCodesOptions options,
        IRandomDraws draws,
        Action<VampStage> onEnd,
        IProgress<VampProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(coarse);
        ArgumentNullException.ThrowIfNull(fine);
        ArgumentNullException.ThrowIfNull(codes);
        ArgumentNullException.ThrowIfNull(mask);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (
            codes.Codebooks < coarse.Codebooks
            || codes.Codebooks > fine.Codebooks
            || mask.Codebooks != fine.Codebooks
            || mask.Frames != codes.Frames
        )
        {
            throw new ArgumentException(
                $"Codes [{codes.Batch},{codes.Codebooks},{codes.Frames}] and a mask [{mask.Batch},{mask.Codebooks},{mask.Frames}] "
                    + $"do not fit models of {coarse.Codebooks} and {fine.Codebooks} codebooks.",
                nameof(codes)
            );
        }

        if ((long)options.BatchSize * fine.Codebooks * codes.Frames * options.TimeStretchFactor > Array.MaxLength)
        {
            throw new ArgumentOutOfRangeException(
                nameof(options),
                $"{options.BatchSize} pieces of {codes.Frames} frames, {options.TimeStretchFactor} times as long, are more than fit."
            );
        }

        Work work = new(coarse, fine, options, draws, progress, cancellationToken);
        (codes, mask) = Stretch(codes.ExpandBatch(options.BatchSize), mask.ExpandBatch(options.BatchSize), options.TimeStretchFactor);
        TokenGrid<long> masked = codes;
        for (int pass = 0; pass < options.FeedbackSteps; pass++)
        {
            (codes, masked) = work.RunCoarse(codes, mask, pass);
            // Upstream rolls the displayed mask, not the mask that it uses.
            masked = TokenGrid.Roll(masked, (pass + 1) % options.FeedbackSteps);
        }

        onEnd(VampStage.Coarse);
        (codes, TokenGrid<long> fineMasked) = work.RunFine(codes, mask);
        onEnd(VampStage.Fine);
        return (codes, masked.AppendCodebooks(fineMasked.SliceCodebooks(coarse.Codebooks, fine.Codebooks - coarse.Codebooks)));
    }

    private static (TokenGrid<long> Codes, TokenGrid<bool> Mask) Stretch(TokenGrid<long> codes, TokenGrid<bool> mask, int factor)
    {
        if (factor == 1)
        {
            return (codes, mask);
        }

        (codes, mask) = (codes.RepeatFrames(factor), mask.RepeatFrames(factor));
        for (int index = 0; index < mask.Values.Length; index++)
        {
            mask.Values[index] |= index % mask.Frames % factor != 0;
        }

        return (codes, mask);
    }

    private static TokenGrid<long> Apply(TokenGrid<bool> mask, TokenGrid<long> codes, long maskToken)
    {
        TokenGrid<long> masked = codes.Clone();
        for (int index = 0; index < masked.Values.Length; index++)
        {
            masked.Values[index] = mask.Values[index] ? maskToken : masked.Values[index];
        }

        return masked;
    }

    private sealed record Work(
        ITokenModel CoarseModel,
        ITokenModel FineModel,
        VampCodesOptions Options,
        IRandomDraws Draws,
        IProgress<VampProgress>? Progress,
        CancellationToken CancellationToken
    )
    {
        public (TokenGrid<long> Codes, TokenGrid<long> Masked) RunCoarse(TokenGrid<long> codes, TokenGrid<bool> mask, int pass)
        {
            int codebooks = CoarseModel.Codebooks,
                length = Options.CoarseChunkFrames,
                chunks = (codes.Frames + length - 1) / length;
            List<TokenGrid<long>> generated = [],
                masked = [];
            for (int chunk = 0; chunk < chunks; chunk++)
            {
                (int start, int count) = (chunk * length, Math.Min(length, codes.Frames - chunk * length));
                TokenGrid<bool> chunkMask = KeepEnds(mask.SliceCodebooks(0, codebooks).SliceFrames(start, count));
                TokenGrid<long> chunkCodes = Apply(
                    chunkMask,
                    codes.SliceCodebooks(0, codebooks).SliceFrames(start, count),
                    CoarseModel.VocabularySize
                );
                masked.Add(chunkCodes);
                generated.Add(
                    Generate(
                        CoarseModel,
                        start,
                        chunkCodes,
                        chunkMask,
                        Options.Coarse,
                        Report(VampStage.Coarse, pass * chunks + chunk, chunks * Options.FeedbackSteps)
                    )
                );
            }

            TokenGrid<long> result = TokenGrid.ConcatFrames(generated);
            int rest = codes.Codebooks - codebooks;
            return (rest == 0 ? result : result.AppendCodebooks(codes.SliceCodebooks(codebooks, rest)), TokenGrid.ConcatFrames(masked));
        }

        public (TokenGrid<long> Codes, TokenGrid<long> Masked) RunFine(TokenGrid<long> codes, TokenGrid<bool> mask)
        {
            int length = Options.FineChunkFrames,
                chunks = (codes.Frames + length - 1) / length,
                frames = codes.Frames;
            TokenGrid<long> padded = codes.PadFrames(chunks * length, 0);
            if (padded.Codebooks < FineModel.Codebooks)
            {
                padded = padded.AppendCodebooks(new TokenGrid<long>(padded.Batch, FineModel.Codebooks - padded.Codebooks, padded.Frames));
            }

            mask = mask.PadFrames(chunks * length, true);
            for (int piece = 0; piece < mask.Batch; piece++)
            {
                for (int codebook = 0; codebook < FineModel.ConditioningCodebooks; codebook++)
                {
                    mask.Row(piece, codebook).Clear();
                }
            }

            TokenGrid<long> generated = TokenGrid.ConcatFrames([
                .. Enumerable
                    .Range(0, chunks)
                    .Select(chunk =>
                        Generate(
                            FineModel,
                            chunk * length,
                            padded.SliceFrames(chunk * length, length),
                            mask.SliceFrames(chunk * length, length),
                            Options.Fine,
                            Report(VampStage.Fine, chunk, chunks)
                        )
                    ),
            ]);
            return (generated.SliceFrames(0, frames), Apply(mask, generated, FineModel.VocabularySize).SliceFrames(0, frames));
        }

        // Each model takes the signals that it has; a model without signals runs unguided.
        private TokenGrid<long> Generate(
            ITokenModel model,
            int start,
            TokenGrid<long> codes,
            TokenGrid<bool> mask,
            GenerateOptions options,
            Action<GenerationStep>? onStep
        )
        {
            if (Options.Controls is not { } all || model is not IControlledTokenModel controlled)
            {
                return TokenGenerator.Generate(model, codes, mask, options, Draws, onStep, CancellationToken);
            }

            Dictionary<string, ControlSignal> signals = all.Where(control => controlled.ControlDims.ContainsKey(control.Key))
                .ToDictionary(control => control.Key, control => control.Value.Slice(start, codes.Frames, Options.TimeStretchFactor));
            return TokenGenerator.Generate(
                controlled,
                codes,
                mask,
                options,
                Draws,
                new Guidance { Controls = signals, CfgScale = Options.CfgScale },
                onStep,
                CancellationToken
            );
        }

        // A chunk with anything kept also keeps its first and last frame, so that it joins its neighbours.
        private static TokenGrid<bool> KeepEnds(TokenGrid<bool> mask)
        {
            if (!mask.Values.AsSpan().Contains(false))
            {
                return mask;
            }

            for (int piece = 0; piece < mask.Batch; piece++)
            {
                for (int codebook = 0; codebook < mask.Codebooks; codebook++)
                {
                    (mask[piece, codebook, 0], mask[piece, codebook, mask.Frames - 1]) = (false, false);
                }
            }

            return mask;
        }

        private Action<GenerationStep>? Report(VampStage stage, int chunk, int chunks) =>
            Progress is null ? null : step => Progress.Report(new VampProgress(stage, chunk + 1, chunks, step.Step, step.Steps));
    }
}
