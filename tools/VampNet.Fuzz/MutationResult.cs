namespace VampNet.Fuzz;

/// <summary>A damaged model that caused something other than a diagnostic.</summary>
/// <param name="Seed">What makes the damage again.</param>
/// <param name="What">The exception, or what went wrong.</param>
internal sealed record MutationFailure(int Seed, string What);

/// <summary>The result for one damaged model.</summary>
/// <param name="IsHeader">Whether the damage is in the header of external data.</param>
/// <param name="IsAccepted">Whether it could be read and written all the same.</param>
/// <param name="Failure">What must not happen; null when it did not.</param>
internal sealed record MutationOutcome(bool IsHeader, bool IsAccepted, MutationFailure? Failure);

/// <summary>The results for many damaged models.</summary>
/// <param name="Cases">How many were tried.</param>
/// <param name="Headers">How many of them had a damaged header of external data.</param>
/// <param name="Accepted">How many could be read and written all the same; the others were refused with a diagnostic.</param>
/// <param name="Failure">The first failure, which ends a run; null when there was none.</param>
internal sealed record MutationResult(int Cases, int Headers, int Accepted, MutationFailure? Failure)
{
    /// <summary>With one more.</summary>
    public MutationResult With(MutationOutcome outcome) =>
        new(Cases + 1, Headers + (outcome.IsHeader ? 1 : 0), Accepted + (outcome.IsAccepted ? 1 : 0), outcome.Failure);
}
