using System.Globalization;

namespace VampNet.Onnx.Dimensions;

/// <summary>
/// Reads what <see cref="DimPrinter"/> prints:
/// sum = product ((" + " or " - ") product)*; product = unary (("*" or "/" or "//") unary)*; unary = "-" unary or primary;
/// primary = number, name, "min(" sum ("," sum)* ")", "(" sum ")". Without spaces around it a minus is part of a name
/// (<c>batch-size</c>).
/// </summary>
internal sealed class DimParser
{
    private const int MaxLength = 4096;
    private const int MaxDepth = 128;

    private readonly string text;
    private int position;
    private int depth;

    private DimParser(string text) => this.text = text;

    /// <summary>The expression, or null where the text is not one.</summary>
    public static Dim? TryParse(string text)
    {
        if (text.Length > MaxLength) return null;
        try
        {
            var parser = new DimParser(text);
            var dim = parser.Sum();
            return parser.position == text.Length ? dim : null;
        }
        catch (Exception e) when (e is OverflowException or DivideByZeroException)
        {
            return null;
        }
    }

    private Dim? Sum()
    {
        if (++depth > MaxDepth) return null;
        var sum = Product();
        while (sum is not null)
        {
            if (Skip(" + ")) sum = Product() is { } plus ? sum + plus : null;
            else if (Skip(" - ")) sum = Product() is { } minus ? sum - minus : null;
            else break;
        }

        depth--;
        return sum;
    }

    private Dim? Product()
    {
        var product = Unary();
        while (product is not null)
        {
            if (Skip("*")) product = Unary() is { } factor ? product * factor : null;
            else if (Skip("//") || Skip("/")) product = Unary() is { } divisor ? product.FloorDiv(divisor) : null;
            else break;
        }

        return product;
    }

    private Dim? Unary()
    {
        var isNegative = false;
        while (Skip("-")) isNegative = !isNegative;
        return Primary() is { } dim ? isNegative ? -dim : dim : null;
    }

    private Dim? Primary()
    {
        if (Skip("(")) return Sum() is { } inner && Skip(")") ? inner : null;
        if (Skip("?")) return Dim.Unknown();
        var start = position;
        while (position < text.Length && IsNamePart(position)) position++;
        var word = text[start..position];
        if (word == "min" && Skip("(")) return Minimum();
        if (word.Length == 0) return null;
        if (!char.IsAsciiDigit(word[0])) return Dim.Symbol(word);
        return long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Dim.Of(number) : null;
    }

    private Dim? Minimum()
    {
        var operands = new List<Dim>();
        do
        {
            Skip(" ");
            if (Sum() is not { } operand) return null;
            operands.Add(operand);
        }
        while (Skip(","));
        return Skip(")") ? DimMinimum.Of(operands) : null;
    }

    private bool IsNamePart(int at) =>
        char.IsLetterOrDigit(text[at]) || text[at] is '_' or '.' or ':' || (text[at] == '-' && at > 0 && IsNamePart(at - 1));

    private bool Skip(string token)
    {
        if (string.CompareOrdinal(text, position, token, 0, token.Length) != 0) return false;
        position += token.Length;
        return true;
    }
}
