using VampNet.Runtime.Generation;
using VampNet.Runtime.Randomness;

namespace VampNet.Runtime.Tests;

/// <summary>
/// Upstream's <c>generate()</c> written down a second time, as its description reads: nested loops over (b, t, c) in double precision,
/// nothing shared with the product but its options. Golden files hold the tokens after the last step; this gives those after every step.
/// </summary>
internal static class PlainGeneration
{
    /// <summary>The codes after each step, MASK where tokens were given up again.</summary>
    public static List<long[]> Run(
        ITokenModel model,
        TokenGrid<long> codes,
        TokenGrid<bool> mask,
        GenerateOptions options,
        IRandomDraws draws
    )
    {
        int vocabulary = model.VocabularySize,
            conditioning = model.ConditioningCodebooks,
            predicted = model.Codebooks - conditioning;
        int tokens = codes.Batch * codes.Frames * predicted,
            perPiece = codes.Frames * predicted;
        TokenGrid<long> z = new(
            codes.Batch,
            codes.Codebooks,
            codes.Frames,
            [.. codes.Values.Select((code, index) => mask.Values[index] ? vocabulary : code)]
        );
        int atFirst = z.Values.Count(code => code == vocabulary);
        List<long[]> steps = [];
        for (int step = 0; step < options.Steps; step++)
        {
            float[] logits = new float[tokens * vocabulary];
            model.ComputeLogits(z, logits, CancellationToken.None);
            bool draw = (double)step / options.Steps <= options.SampleCutoff;
            if (draw)
            {
                draws.NextTokenDraw(tokens, vocabulary);
            }

            long[] chosen = new long[tokens];
            double[] confidence = new double[tokens];
            foreach ((int b, int t, int c, int token) in Positions(codes, predicted))
            {
                long known = z[b, conditioning + c, t];
                (chosen[token], confidence[token]) =
                    known != vocabulary
                        ? (known, double.PositiveInfinity)
                        : Choose(
                            logits[(token * vocabulary)..((token + 1) * vocabulary)],
                            options.Sampling,
                            draw ? Exponentials(draws, token, vocabulary) : null
                        );
            }

            float[] uniforms = new float[tokens];
            draws.FillUniforms(uniforms);
            float r = (float)((step + 1) / (double)options.Steps);
            for (int token = 0; token < tokens; token++)
            {
                confidence[token] = Math.Log(confidence[token]) - options.MaskTemperature * (1 - r) * Math.Log(-Math.Log(uniforms[token]));
            }

            // Single precision decides where the floor falls.
            int scheduled = (int)MathF.Floor(MathF.Max((float)Math.Cos(r * MathF.PI / 2), 1e-10f) * atFirst);
            int[] still =
            [
                .. Enumerable
                    .Range(0, codes.Batch)
                    .Select(b => Enumerable.Range(0, perPiece).Count(i => z[b, conditioning + i % predicted, i / predicted] == vocabulary)),
            ];
            double[] cutOffs =
            [
                .. still.Select(
                    (count, b) =>
                        confidence[(b * perPiece)..((b + 1) * perPiece)]
                            .Order()
                            .ElementAt(step == options.Steps - 1 ? scheduled : Math.Max(1, Math.Min(count - 1, scheduled)))
                ),
            ];
            z = codes.Clone();
            foreach ((int b, int t, int c, int token) in Positions(codes, predicted))
            {
                z[b, conditioning + c, t] = confidence[token] < cutOffs[b] ? vocabulary : chosen[token];
            }

            steps.Add([.. z.Values]);
        }

        return steps;
    }

    private static IEnumerable<(int Piece, int Frame, int Codebook, int Token)> Positions(TokenGrid<long> codes, int predicted) =>
        from b in Enumerable.Range(0, codes.Batch)
        from t in Enumerable.Range(0, codes.Frames)
        from c in Enumerable.Range(0, predicted)
        select (b, t, c, ((b * codes.Frames) + t) * predicted + c);

    private static (long Token, double Probability) Choose(float[] logits, SamplingOptions options, float[]? exponentials)
    {
        double[] kept = [.. logits.Select(logit => (double)logit)];
        if (options.TopP is { } mass)
        {
            double[] untempered = Softmax(kept);
            double before = 0;
            foreach (int token in Enumerable.Range(0, kept.Length).OrderByDescending(token => kept[token]).ToArray())
            {
                if (before > mass)
                {
                    kept[token] = double.NegativeInfinity;
                }

                before += untempered[token];
            }
        }

        double[] probabilities = Softmax([.. kept.Select(logit => logit / options.Temperature)]);
        int chosen = Enumerable
            .Range(0, kept.Length)
            .MaxBy(token => exponentials is null ? probabilities[token] : probabilities[token] / exponentials[token]);
        return (chosen, probabilities[chosen]);
    }

    private static double[] Softmax(double[] logits)
    {
        double greatest = logits.Max(),
            sum = logits.Sum(logit => Math.Exp(logit - greatest));
        return [.. logits.Select(logit => Math.Exp(logit - greatest) / sum)];
    }

    private static float[] Exponentials(IRandomDraws draws, int token, int vocabulary)
    {
        float[] row = new float[vocabulary];
        draws.FillExponentials(token, row);
        return row;
    }
}
