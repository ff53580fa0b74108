using System.Globalization;

namespace VampNet.Onnx.Dimensions;

/// <summary>Prints expressions so that evaluation from left to right, with equal precedence of <c>*</c> and <c>/</c>, gives the same
/// number.</summary>
internal static class DimPrinter
{
    public static string Print(Dim dim)
    {
        if (dim.TryGetConstant(out long number))
        {
            return number.ToString(CultureInfo.InvariantCulture);
        }

        if (dim.Name is { } name && DimParser.TryParse(name, knowsElements: true) is null)
        {
            return name; // Anything that is no expression is a name.
        }

        IEnumerable<Term> ordered = dim
            .Terms.Where(static term => term.Coefficient > 0)
            .Concat(dim.Terms.Where(static term => term.Coefficient < 0));
        string text = string.Concat(
            ordered.Select(
                static (term, i) =>
                    (term.Coefficient > 0, i) switch
                    {
                        (true, 0) => Magnitude(term, 0),
                        (true, _) => " + " + Magnitude(term, 0),
                        (false, 0) => "-" + Magnitude(term, 1),
                        (false, _) => " - " + Magnitude(term, 0),
                    }
            )
        );
        return text;
    }

    /// <summary>A name within an expression, quoted with doubled quotes unless it has only the characters of plain names.</summary>
    public static string Name(string name) => DimParser.IsPlainName(name) ? name : $"'{name.Replace("'", "''", StringComparison.Ordinal)}'";

    private static string Magnitude(Term term, int place)
    {
        string magnitude = term.Coefficient.ToString(CultureInfo.InvariantCulture).TrimStart('-');
        if (term.Monomial.IsOne)
        {
            return magnitude;
        }

        IEnumerable<string> factors = term
            .Monomial.Factors.SelectMany(static factor => Enumerable.Repeat(factor.Atom, factor.Power))
            .Select((atom, i) => Print(atom, i + place));
        return string.Join('*', magnitude == "1" ? factors : factors.Append(magnitude));
    }

    /// <summary>A quotient that is not the first of its term needs parentheses: <c>a/b*(c/d)</c>, <c>-(a/b)</c>.</summary>
    private static string Print(Atom atom, int place) =>
        atom switch
        {
            SymbolAtom symbol => Name(symbol.Name),
            ElementAtom element => element.ToString(),
            ScaledAtom scaled => $"scale({Print(scaled.Length)}, {scaled.Factor})",
            ChoiceAtom choice => Print(choice),
            MinimumAtom minimum => $"min({string.Join(", ", minimum.Operands.Select(Print))})",
            QuotientAtom quotient when place > 0 => $"({Print(atom, 0)})",
            QuotientAtom quotient => $"{Grouped(quotient.Numerator, sumsOnly: true)}/{Grouped(quotient.Divisor, sumsOnly: false)}",
            _ => "?",
        };

    /// <summary>Prints a comparison without a difference: negative terms go to the right side, and so does the constant if letters remain
    /// on the left.</summary>
    private static string Print(ChoiceAtom choice)
    {
        Dim positive = new([.. choice.Difference.Terms.Where(static term => term.Coefficient > 0)]);
        Dim left = positive.IsConstant ? positive : positive - Polynomial.Constant(positive);
        return $"if({Print(left)} {(choice.IsEquality ? "=" : "<")} {Print(left - choice.Difference)}, {Print(choice.Then)}, "
            + $"{Print(choice.Otherwise)})";
    }

    private static string Grouped(Dim dim, bool sumsOnly)
    {
        bool isAlone =
            dim.Terms is [{ Coefficient: > 0 } term]
            && (sumsOnly || dim.IsConstant || term is { Coefficient: 1, Monomial.SingleAtom: not (null or QuotientAtom) });
        return isAlone ? Print(dim) : $"({Print(dim)})";
    }
}
