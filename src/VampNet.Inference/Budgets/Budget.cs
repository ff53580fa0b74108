using VampNet.Inference.Comparison;

namespace VampNet.Inference.Budgets;

/// <summary>A named limit on the difference of a graph from its reference, with its reason.</summary>
/// <param name="Name">The budget's name, such as <c>onnx-fp32</c>.</param>
/// <param name="MaxAbsoluteError">Largest |expected - actual| of any element, inclusive; null where outputs are tokens only.</param>
/// <param name="TieMargin">A token disagreement counts against the graph only above this margin; up to it the reference itself is
/// undecided.</param>
/// <param name="Reason">The reason for these numbers.</param>
public sealed record Budget(string Name, double? MaxAbsoluteError, double TieMargin, string Reason)
{
    /// <summary>Whether a comparison is within the budget.</summary>
    /// <param name="difference">The difference of the outputs; null exactly when <see cref="MaxAbsoluteError"/> is.</param>
    /// <param name="tokens">The agreement of the chosen tokens; null where the output holds none.</param>
    /// <exception cref="ArgumentException">There is a difference without a limit for it, or a limit without a difference.</exception>
    public bool Allows(TensorDifference? difference, TokenAgreement? tokens)
    {
        if (difference is null != MaxAbsoluteError is null)
        {
            throw new ArgumentException(
                $"Budget {Name} and the comparison disagree on whether there are numbers to judge.",
                nameof(difference)
            );
        }

        // Both written so that NaN fails.
        bool isClose = difference is null || difference.IsWithin(MaxAbsoluteError!.Value);
        bool agrees = tokens is null || tokens.WidestMargin <= TieMargin;
        return isClose && agrees;
    }
}
