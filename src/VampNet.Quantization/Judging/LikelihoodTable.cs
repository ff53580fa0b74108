using System.Collections.Immutable;
using System.Globalization;

namespace VampNet.Quantization.Judging;

/// <summary>The likelihood of true tokens as text, for terminals and reports alike. A <c>#</c> at the end of a title marks a column of
/// numbers.</summary>
public static class LikelihoodTable
{
    /// <summary>Explains how to read the share of equal tokens.</summary>
    public const string AboutFlips =
        "Where the likeliest token changes, two tokens are mostly nearly equally likely, and generation draws from all of them: "
        + "the difference in nats is the loss";

    /// <summary>The titles of <see cref="Rows"/>.</summary>
    public static ImmutableArray<string> Columns { get; } =
    ["true tokens masked", "tokens#", "float32, nats#", "quantized, nats#", "difference#", "standard error#", "same token#", "KL, nats#"];

    /// <summary>A row for all tokens, one for each mask ratio, and one for each codebook.</summary>
    public static IEnumerable<string[]> Rows(CodeLikelihood likelihood)
    {
        ArgumentNullException.ThrowIfNull(likelihood);
        return
        [
            Row("all", likelihood.All),
            .. likelihood.Masks.Select(each =>
                Row(string.Create(CultureInfo.InvariantCulture, $"{each.MaskShare:0%} masked"), each.Likelihood)
            ),
            .. likelihood.Codebooks.Select(each =>
                Row(string.Create(CultureInfo.InvariantCulture, $"codebook {each.Codebook}"), each.Likelihood)
            ),
        ];
    }

    /// <summary>One sentence: what quantization adds to the negative log-likelihood, within which error.</summary>
    public static string Sentence(TokenLikelihood likelihood)
    {
        ArgumentNullException.ThrowIfNull(likelihood);
        return string.Create(
                CultureInfo.InvariantCulture,
                $"{Signed(likelihood.Difference)} nats for each of {likelihood.Tokens:N0} true tokens, {Error(likelihood)}: "
            )
            + string.Create(
                CultureInfo.InvariantCulture,
                $"{likelihood.Reference:0.0000} in float32, {likelihood.Candidate:0.0000} quantized"
            );
    }

    /// <summary>A difference in nats, always with its sign.</summary>
    public static string Signed(double nats) => nats.ToString("+0.0000;-0.0000;+0.0000", CultureInfo.InvariantCulture);

    private static string Error(TokenLikelihood likelihood) =>
        likelihood.StandardError is { } error
            ? string.Create(CultureInfo.InvariantCulture, $"standard error {error:0.0000}")
            : "too few for a standard error";

    private static string[] Row(string name, TokenLikelihood likelihood) =>
        [
            name,
            likelihood.Tokens.ToString("N0", CultureInfo.InvariantCulture),
            likelihood.Reference.ToString("0.0000", CultureInfo.InvariantCulture),
            likelihood.Candidate.ToString("0.0000", CultureInfo.InvariantCulture),
            Signed(likelihood.Difference),
            likelihood.StandardError?.ToString("0.0000", CultureInfo.InvariantCulture) ?? "-",
            likelihood.SameToken.ToString("0.0%", CultureInfo.InvariantCulture),
            likelihood.Divergence.ToString("0.00000", CultureInfo.InvariantCulture),
        ];
}
