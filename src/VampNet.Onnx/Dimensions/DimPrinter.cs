using System.Globalization;

namespace VampNet.Onnx.Dimensions;

/// <summary>Prints so that reading from left to right, <c>*</c> and <c>/</c> with equal precedence, gives the same number.</summary>
internal static class DimPrinter
{
    public static string Print(Dim dim)
    {
        if (dim.TryGetConstant(out var number)) return number.ToString(CultureInfo.InvariantCulture);
        var ordered = dim.Terms.Where(static term => term.Coefficient > 0).Concat(dim.Terms.Where(static term => term.Coefficient < 0));
        var text = string.Concat(ordered.Select(static (term, i) => (term.Coefficient > 0, i) switch
        {
            (true, 0) => Magnitude(term, 0),
            (true, _) => " + " + Magnitude(term, 0),
            (false, 0) => "-" + Magnitude(term, 1),
            (false, _) => " - " + Magnitude(term, 0),
        }));
        return text;
    }

    private static string Magnitude(Term term, int place)
    {
        var magnitude = term.Coefficient.ToString(CultureInfo.InvariantCulture).TrimStart('-');
        if (term.Monomial.IsOne) return magnitude;
        var factors = term.Monomial.Factors.SelectMany(static factor => Enumerable.Repeat(factor.Atom, factor.Power))
            .Select((atom, i) => Print(atom, i + place));
        return string.Join('*', magnitude == "1" ? factors : factors.Append(magnitude));
    }

    /// <summary>A quotient that is not the first of its term needs parentheses: <c>a/b*(c/d)</c>, <c>-(a/b)</c>.</summary>
    private static string Print(Atom atom, int place) => atom switch
    {
        SymbolAtom symbol => symbol.Name,
        MinimumAtom minimum => $"min({string.Join(", ", minimum.Operands.Select(Print))})",
        QuotientAtom quotient when place > 0 => $"({Print(atom, 0)})",
        QuotientAtom quotient => $"{Grouped(quotient.Numerator, sumsOnly: true)}/{Grouped(quotient.Divisor, sumsOnly: false)}",
        _ => "?",
    };

    private static string Grouped(Dim dim, bool sumsOnly)
    {
        var isAlone = dim.Terms is [{ Coefficient: > 0 } term] &&
            (sumsOnly || dim.IsConstant || term is { Coefficient: 1, Monomial.SingleAtom: SymbolAtom or MinimumAtom or UnknownAtom });
        return isAlone ? Print(dim) : $"({Print(dim)})";
    }
}
