using System.Collections.Immutable;

namespace VampNet.Inference.Comparison;

/// <summary>The agreement of two systems in the tokens that they choose.</summary>
/// <param name="Positions">Number of choices compared, at least 1.</param>
/// <param name="Disagreements">Number of choices that differ.</param>
/// <param name="Widest">The disagreements of the widest margin, widest first, at most <see cref="KeptDisagreements"/>.</param>
public sealed record TokenAgreement(long Positions, long Disagreements, ImmutableArray<TokenDisagreement> Widest)
{
    /// <summary>Most disagreements that are kept with place and margin: a broken graph disagrees everywhere, and its report must stay
    /// readable.</summary>
    public const int KeptDisagreements = 32;

    /// <summary>Share of equal choices, 0 to 1.</summary>
    public double Share => (double)(Positions - Disagreements) / Positions;

    /// <summary>The widest margin among the disagreements; 0 when there are none.</summary>
    public double WidestMargin => Widest.IsEmpty ? 0 : Widest[0].Margin;
}
