using VampNet.Inference.Budgets;
using VampNet.Inference.Comparison;
using VampNet.Inference.Sessions;

namespace VampNet.Validation.Verdicts;

/// <summary>The verdict on one comparison of a graph with its reference.</summary>
/// <param name="Case">The size of the input.</param>
/// <param name="Difference">The difference of the numbers; null where the output is tokens only.</param>
/// <param name="Tokens">The agreement of the tokens; null where the output holds none.</param>
/// <param name="Passed">Whether the comparison is within the budget.</param>
public sealed record CaseVerdict(VerificationCase Case, TensorDifference? Difference, TokenAgreement? Tokens, bool Passed)
{
    /// <summary>Distribution of the differences; null where the output is tokens only.</summary>
    public ErrorDistribution? Distribution { get; init; }

    /// <summary>Judges a comparison by a budget.</summary>
    public static CaseVerdict Judge(Budget budget, VerificationCase size, TensorDifference? difference, TokenAgreement? tokens) =>
        new(size, difference, tokens, budget.Allows(difference, tokens));

    /// <summary>Compares numbers of one shape, and judges them by a budget with the tokens that they choose.</summary>
    internal static CaseVerdict Judge(
        Budget budget,
        VerificationCase size,
        FloatTensor expected,
        FloatTensor actual,
        TokenAgreement? tokens
    ) =>
        Judge(budget, size, TensorComparer.Compare(expected.Values, actual.Values, expected.Shape), tokens) with
        {
            Distribution = ErrorDistribution.Of(expected.Values, actual.Values),
        };
}
