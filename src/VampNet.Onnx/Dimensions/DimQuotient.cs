namespace VampNet.Onnx.Dimensions;

/// <summary>
/// The normal form of <c>floor(p/q)</c>, by these identities (c, g numbers; c, g above 0):
/// (1) <c>floor((q*s + r)/q) = s + floor(r/q)</c>;
/// (2) <c>floor(x*p/(x*q)) = floor(p/q)</c> for a common factor x;
/// (3) <c>floor((g*p + r)/(g*c)) = floor((p + floor(r/g))/c)</c>;
/// (4) <c>floor((floor(a/b) + r)/c) = floor((a + r*b)/(b*c))</c>;
/// (5) <c>floor(-p/c) = -floor((p + c - 1)/c)</c>.
/// </summary>
internal static class DimQuotient
{
    public static Dim Floor(Dim numerator, Dim divisor)
    {
        ArgumentNullException.ThrowIfNull(numerator);
        ArgumentNullException.ThrowIfNull(divisor);
        if (divisor.TryGetConstant(out long number))
        {
            return FloorByNumber(numerator, number);
        }

        (Dim? whole, Dim? rest) = DivideExactly(numerator, divisor);
        if (rest.Is(0))
        {
            return whole;
        }

        (rest, divisor) = CancelCommonFactor(rest, divisor);
        if (divisor.TryGetConstant(out number))
        {
            return whole + FloorByNumber(rest, number);
        }

        return whole + Dim.FromAtom(new QuotientAtom(rest, divisor));
    }

    private static Dim FloorByNumber(Dim numerator, long divisor)
    {
        if (divisor == 0)
        {
            throw new DivideByZeroException($"Found the division ({numerator})/0. Expected a divisor other than 0.");
        }

        if (divisor < 0)
        {
            return FloorByNumber(-numerator, checked(-divisor));
        }

        if (divisor == 1)
        {
            return numerator;
        }

        if (numerator.TryGetConstant(out long number))
        {
            return FloorOf(number, divisor);
        }

        // (1): every coefficient becomes the remainder nearest to 0; the constant becomes 0 .. divisor - 1.
        Dim whole = Polynomial.Collect(
            numerator.Terms.Select(term =>
                term with
                {
                    Coefficient = term.Monomial.IsOne ? FloorOf(term.Coefficient, divisor) : NearestOf(term.Coefficient, divisor),
                }
            )
        );
        Dim rest = numerator - Polynomial.Scale(whole, divisor);
        if (rest.TryGetConstant(out number))
        {
            return whole + FloorOf(number, divisor);
        }

        // (3)
        long common = Polynomial.Gcd(Polynomial.WithLetters(rest).Select(static term => term.Coefficient).Append(divisor));
        if (common > 1)
        {
            rest = Polynomial.Collect(rest.Terms.Select(term => term with { Coefficient = FloorOf(term.Coefficient, common) }));
            return whole + FloorByNumber(rest, divisor / common);
        }

        // (4)
        if (
            Polynomial.WithLetters(rest).ToArray() is [{ Coefficient: 1, Monomial.SingleAtom: QuotientAtom inner }]
            && inner.Divisor.TryGetConstant(out long innerDivisor)
        )
        {
            Dim numeratorOfBoth = inner.Numerator + checked(Polynomial.Constant(rest) * innerDivisor);
            return whole + FloorByNumber(numeratorOfBoth, checked(divisor * innerDivisor));
        }

        // (5)
        return rest.Terms[0].Coefficient < 0
            ? whole - FloorByNumber(-rest + (divisor - 1), divisor)
            : whole + Dim.FromAtom(new QuotientAtom(rest, Dim.Of(divisor)));
    }

    /// <summary>Identity (1) for an expression as divisor: polynomial long division as long as the leading terms divide.</summary>
    private static (Dim Whole, Dim Remainder) DivideExactly(Dim numerator, Dim divisor)
    {
        Term lead = divisor.Terms[0];
        Dim whole = Dim.Zero;
        Dim rest = numerator;
        for (int step = 0; step < Dim.MaxSize; step++)
        {
            Term? term = rest.Terms.Select(term => QuotientOf(term, lead)).FirstOrDefault(static term => term is not null);
            if (term is not { } quotient)
            {
                break;
            }

            var product = new Dim([quotient]);
            whole += product;
            rest -= product * divisor;
        }

        return (whole, rest);
    }

    private static Term? QuotientOf(Term term, Term divisor) =>
        term.Coefficient % divisor.Coefficient == 0 && term.Monomial.DivideBy(divisor.Monomial) is { } monomial
            ? new Term(term.Coefficient / divisor.Coefficient, monomial)
            : null;

    private static (Dim Numerator, Dim Divisor) CancelCommonFactor(Dim numerator, Dim divisor)
    {
        Term[] terms = numerator.Terms.Concat(divisor.Terms).ToArray();
        long number = Polynomial.Gcd(terms.Select(static term => term.Coefficient));
        if (divisor.Terms[0].Coefficient < 0)
        {
            number = -number;
        }

        Monomial monomial = terms.Select(static term => term.Monomial).Aggregate(static (a, b) => a.CommonWith(b));
        var factor = new Term(number, monomial);
        return (Divide(numerator), Divide(divisor));

        Dim Divide(Dim dim) => Polynomial.Collect(dim.Terms.Select(term => QuotientOf(term, factor)!.Value));
    }

    private static long FloorOf(long value, long divisor) =>
        Math.DivRem(value, divisor) is var (quotient, remainder) && remainder < 0 ? quotient - 1 : quotient;

    /// <summary>The quotient with the smallest remainder; of two equally small ones, the quotient nearer to 0, so that a half keeps its
    /// sign.</summary>
    private static long NearestOf(long value, long divisor)
    {
        (long quotient, long remainder) = Math.DivRem(value, divisor);
        return quotient
            + (
                remainder > divisor / 2 ? 1
                : remainder < -(divisor / 2) ? -1
                : 0
            );
    }
}
