using VampNet.Architecture;
using VampNet.Inference.Comparison;

namespace VampNet.Validation.Parity;

/// <summary>The codec's codebooks, to measure how close a choice between two of their rows was.</summary>
/// <param name="tables">One table [V, dim] per codebook, row-major.</param>
/// <param name="dim">Width of a row.</param>
internal sealed class CodebookTables(float[][] tables, int dim)
{
    /// <summary>Reads the tables of a codec.</summary>
    public static CodebookTables Of(BoundCodec bound) =>
        new(
            [
                .. Enumerable
                    .Range(0, bound.Configuration.Codebooks)
                    .Select(i => bound.Weights[$"quantizer.quantizers.{i}.codebook.weight"].ToArray()),
            ],
            bound.Configuration.CodebookDim
        );

    /// <summary>Compares codes choice by choice.</summary>
    /// <remarks>
    /// Each codebook quantizes the residual of the ones before it. After a frame's first disagreement the two systems quantize different
    /// things, so further codes of that frame are not counted.
    /// </remarks>
    /// <param name="expected">The reference's codes [B,C,T].</param>
    /// <param name="actual">The judged codes, of one shape with them.</param>
    /// <param name="latents">Latents that the reference looked up in each codebook: [B, C*dim, T], row-major.</param>
    public TokenAgreement Compare(CodesTensor expected, CodesTensor actual, ReadOnlySpan<float> latents)
    {
        long positions = 0;
        var found = new List<TokenDisagreement>();
        (int codebooks, int frames) = (expected.Codebooks, expected.Frames);
        for (int b = 0; b < expected.Batch; b++)
        {
            for (int t = 0; t < frames; t++)
            {
                bool isSame = true;
                for (int c = 0; c < codebooks && isSame; c++)
                {
                    int at = (((b * codebooks) + c) * frames) + t;
                    positions++;
                    isSame = expected.Values[at] == actual.Values[at];
                    if (!isSame)
                    {
                        double margin = Margin(
                            c,
                            (int)expected.Values[at],
                            actual.Values[at],
                            Query(latents, (b * codebooks) + c, frames, t)
                        );
                        found.Add(
                            new TokenDisagreement(
                                [b, c, t],
                                (int)expected.Values[at],
                                (int)Math.Clamp(actual.Values[at], int.MinValue, int.MaxValue),
                                margin
                            )
                        );
                    }
                }
            }
        }

        return TokenComparer.Summarize(positions, found);
    }

    private double[] Query(ReadOnlySpan<float> latents, int block, int frames, int t)
    {
        double[] query = new double[dim];
        for (int i = 0; i < dim; i++)
        {
            query[i] = latents[(((block * dim) + i) * frames) + t];
        }

        return query;
    }

    // A code outside the table is never a tie.
    private double Margin(int codebook, int expected, long actual, double[] query)
    {
        ReadOnlySpan<float> table = tables[codebook];
        return actual < 0 || actual >= table.Length / dim
            ? double.PositiveInfinity
            : Cosine(query, table.Slice(expected * dim, dim)) - Cosine(query, table.Slice((int)actual * dim, dim));
    }

    private static double Cosine(ReadOnlySpan<double> query, ReadOnlySpan<float> row)
    {
        double dot = 0,
            querySquares = 0,
            rowSquares = 0;
        for (int i = 0; i < row.Length; i++)
        {
            dot += query[i] * row[i];
            querySquares += query[i] * query[i];
            rowSquares += (double)row[i] * row[i];
        }

        return dot / Math.Sqrt(querySquares * rowSquares);
    }
}
