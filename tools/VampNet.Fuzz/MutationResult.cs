namespace VampNet.Fuzz;

/// <summary>A damaged model that caused something other than a diagnostic.</summary>
/// <param name="Seed">Seed that makes the same damage again.</param>
/// <param name="What">The exception, or what went wrong.</param>
internal sealed record MutationFailure(int Seed, string What);

/// <summary>The result for one damaged model.</summary>
/// <param name="IsHeader">Whether the damage is in the header of external data.</param>
/// <param name="IsAccepted">Whether it could be read and written all the same.</param>
/// <param name="Failure">Failure that must not happen; null when there was none.</param>
internal sealed record MutationOutcome(bool IsHeader, bool IsAccepted, MutationFailure? Failure);

/// <summary>The results for many damaged models.</summary>
/// <param name="Cases">Number of cases tried.</param>
/// <param name="Headers">Number of cases with a damaged header of external data.</param>
/// <param name="Accepted">Number of cases that could be read and written all the same; the others were refused with a diagnostic.</param>
/// <param name="Failure">The first failure, which ends a run; null when there was none.</param>
internal sealed record MutationResult(int Cases, int Headers, int Accepted, MutationFailure? Failure)
{
    /// <summary>With one more.</summary>
    public MutationResult With(MutationOutcome outcome) =>
        new(Cases + 1, Headers + (outcome.IsHeader ? 1 : 0), Accepted + (outcome.IsAccepted ? 1 : 0), outcome.Failure);
}
