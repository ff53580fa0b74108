namespace VampNet.Training.Sampling;

/// <summary>Masks of training. Source: hugofloresgarcia/vampnet 72e2675, <c>mask.random</c> and <c>codebook_unmask</c>.</summary>
internal static class TokenMask
{
    /// <summary>The probability that a token is masked at the point r of the schedule: cos(r pi / 2).</summary>
    /// <param name="r">0 (all masked) to 1 (none).</param>
    public static double Probability(double r) => Math.Cos(r * Math.PI / 2);

    /// <summary>Masks the tokens of the predicted codebooks where a uniform draw is below the probability.</summary>
    /// <param name="mask">One row, in the order [C, T]; the codebooks that are given stay unmasked.</param>
    /// <param name="uniforms">As many draws, above 0 and below 1.</param>
    /// <param name="given">The tokens of the codebooks that are given, which come first.</param>
    /// <param name="probability">0 to 1.</param>
    public static void Fill(Span<bool> mask, ReadOnlySpan<float> uniforms, int given, double probability)
    {
        mask[..given].Clear();
        for (int i = given; i < mask.Length; i++)
        {
            mask[i] = uniforms[i] < probability;
        }
    }
}
