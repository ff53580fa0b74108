namespace VampNet.Onnx.Dimensions;

/// <summary>
/// The lower bound of an expression whose letters are 0 or more. A quotient is bounded by
/// <c>(p - c + 1)/c &lt;= floor(p/c) &lt;= p/c</c>, a minimum by its operands, a choice by its branches; each is replaced in the whole
/// expression, so that <c>T - min(T, 2)</c> and <c>(S + 767)/768*768 - S</c> are known to be 0 or more.
/// </summary>
internal static class DimBounds
{
    // Minima branch once per operand, so the search is limited; expressions in real models need few replacements.
    private const int MaxReplacements = 24;

    public static long? Lower(Dim dim)
    {
        try
        {
            int replacements = MaxReplacements;
            return Lower(dim, ref replacements);
        }
        catch (OverflowException)
        {
            return null; // No bound within long is no bound.
        }
    }

    private static long? Lower(Dim dim, ref int replacements)
    {
        if (dim.TryGetConstant(out long number))
        {
            return number;
        }

        long? direct = LowerOfTerms(dim);
        if (direct >= 0 || --replacements < 0)
        {
            return direct;
        }

        foreach (Term term in dim.Terms)
        {
            long? replaced = term.Monomial.SingleAtom switch
            {
                QuotientAtom quotient when quotient.Divisor.TryGetConstant(out long divisor) => LowerThroughQuotient(
                    dim,
                    term,
                    quotient,
                    divisor,
                    ref replacements
                ),
                MinimumAtom minimum => LowerThroughMinimum(dim, term, minimum, ref replacements),
                ChoiceAtom choice => LowerThroughChoice(dim, term, choice, ref replacements),
                _ => null,
            };
            if (replaced is not null)
            {
                return direct is null ? replaced : Math.Max(direct.Value, replaced.Value);
            }
        }

        return direct;
    }

    private static long? LowerThroughQuotient(Dim dim, Term term, QuotientAtom quotient, long divisor, ref int replacements)
    {
        Dim others = dim - new Dim([term]);
        Dim bound = term.Coefficient > 0 ? quotient.Numerator - (divisor - 1) : quotient.Numerator;
        long? scaled = Lower((others * divisor) + (bound * term.Coefficient), ref replacements);
        return scaled is null ? null : (long)Math.Ceiling((decimal)scaled.Value / divisor);
    }

    private static long? LowerThroughMinimum(Dim dim, Term term, MinimumAtom minimum, ref int replacements)
    {
        Dim others = dim - new Dim([term]);
        long?[] bounds = new long?[minimum.Operands.Length];
        for (int i = 0; i < bounds.Length; i++)
        {
            bounds[i] = Lower(others + (minimum.Operands[i] * term.Coefficient), ref replacements);
        }

        // A negated minimum is at least each negated operand; a minimum is one of its operands.
        return term.Coefficient < 0 ? bounds.Max()
            : bounds.Contains(null) ? null
            : bounds.Min();
    }

    private static long? LowerThroughChoice(Dim dim, Term term, ChoiceAtom choice, ref int replacements)
    {
        Dim others = dim - new Dim([term]);
        long? then = Lower(others + (choice.Then * term.Coefficient), ref replacements);
        long? otherwise = Lower(others + (choice.Otherwise * term.Coefficient), ref replacements);
        return then is null || otherwise is null ? null : Math.Min(then.Value, otherwise.Value);
    }

    private static long? LowerOfTerms(Dim dim)
    {
        long sum = 0L;
        foreach ((long coefficient, Monomial? monomial) in dim.Terms)
        {
            if (monomial.IsOne)
            {
                sum = checked(sum + coefficient);
            }
            else if (BoundOf(coefficient, monomial.SingleAtom as ElementAtom) is { } bound)
            {
                sum = checked(sum + bound);
            }
            else if (coefficient < 0 || monomial.Factors.Any(static factor => !IsNatural(factor.Atom)))
            {
                return null;
            }
        }

        return sum;
    }

    /// <summary>Lower bound of a multiple of an element, by the element's type.</summary>
    private static long? BoundOf(long coefficient, ElementAtom? element) =>
        (coefficient > 0 ? element?.Lower : element?.Upper) is { } bound ? checked(coefficient * bound) : null;

    /// <summary>Whether the atom is never negative.</summary>
    private static bool IsNatural(Atom atom) =>
        atom switch
        {
            QuotientAtom quotient => quotient.Numerator.LowerBound >= 0 && quotient.Divisor.LowerBound >= 0,
            MinimumAtom minimum => minimum.Operands.All(static operand => operand.LowerBound >= 0),
            ChoiceAtom choice => choice.Then.LowerBound >= 0 && choice.Otherwise.LowerBound >= 0,
            ElementAtom element => element.Lower >= 0,
            _ => true,
        };
}
