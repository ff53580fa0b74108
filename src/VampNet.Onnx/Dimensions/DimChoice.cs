namespace VampNet.Onnx.Dimensions;

/// <summary>
/// The normal form of a choice: (1) equal branches are one; (2) a comparison that bounds decide is decided; (3) a comparison of a choice
/// between numbers is a choice by the inner comparison; (4) a choice between numbers by a difference of 0 or 1 is linear in it.
/// </summary>
internal static class DimChoice
{
    public static Dim Of(Dim difference, bool isEquality, Dim then, Dim otherwise)
    {
        if (then == otherwise)
        {
            return then;
        }

        if (Decide(difference, isEquality) is { } holds)
        {
            return holds ? then : otherwise;
        }

        if (
            difference.Terms is [{ Monomial.SingleAtom: ChoiceAtom inner }, ..]
            && difference.Terms.Length <= 2
            && Outcome(difference, inner, inner.Then) is { } first
            && Outcome(difference, inner, inner.Otherwise) is { } second
        )
        {
            return Of(
                inner.Difference,
                inner.IsEquality,
                Holds(first, isEquality) ? then : otherwise,
                Holds(second, isEquality) ? then : otherwise
            );
        }

        if (isEquality && then.IsConstant && otherwise.IsConstant && difference.LowerBound >= 0 && difference.UpperBound <= 1)
        {
            return then + (difference * (otherwise - then));
        }

        if (isEquality && difference.Terms[0].Coefficient < 0)
        {
            difference = -difference;
        }

        return Dim.FromAtom(new ChoiceAtom(difference, isEquality, then, otherwise));
    }

    private static bool? Decide(Dim difference, bool isEquality)
    {
        if (difference.TryGetConstant(out long number))
        {
            return Holds(number, isEquality);
        }

        if (isEquality)
        {
            return difference.LowerBound > 0 || difference.UpperBound < 0 ? false : null;
        }

        return difference.UpperBound < 0 ? true
            : difference.LowerBound >= 0 ? false
            : null;
    }

    private static bool Holds(long difference, bool isEquality) => isEquality ? difference == 0 : difference < 0;

    /// <summary>The value of a difference between one choice and a number for one branch of the choice; null if it is not a
    /// number.</summary>
    private static long? Outcome(Dim difference, ChoiceAtom choice, Dim branch) =>
        (difference + ((branch - Dim.FromAtom(choice)) * difference.Terms[0].Coefficient)).TryGetConstant(out long number) ? number : null;
}
