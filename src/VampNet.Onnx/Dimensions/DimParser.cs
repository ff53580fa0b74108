using System.Globalization;

namespace VampNet.Onnx.Dimensions;

/// <summary>
/// Reads what <see cref="DimPrinter"/> prints:
/// sum = product ((" + " or " - ") product)*; product = unary (("*" or "/" or "//") unary)*; unary = "-" unary or primary;
/// primary = number, name, name "[" (index ("," index)*)? "]", "min(" sum ("," sum)* ")", "if(" sum (" &lt; " or " = ") sum ", " sum ", "
/// sum ")",
/// "scale(" sum ", " name "[" (index ("," index)*)? "])", "(" sum ")". A name of other characters stands in quotes. Without spaces around
/// it a minus is part of a name
/// (<c>batch-size</c>).
/// </summary>
internal sealed class DimParser
{
    private const int MaxLength = 8192;
    private const int MaxDepth = 128;

    private readonly string _text;
    private readonly bool _knowsElements;
    private int _position;
    private int _depth;

    private DimParser(string text, bool knowsElements)
    {
        _text = text;
        _knowsElements = knowsElements;
    }

    /// <summary>The expression, or null where the text is not one.</summary>
    /// <param name="text">The text.</param>
    /// <param name="knowsElements">Whether elements of inputs are accepted; otherwise a text with one is not an expression.</param>
    public static Dim? TryParse(string text, bool knowsElements)
    {
        if (text.Length > MaxLength)
        {
            return null;
        }

        try
        {
            var parser = new DimParser(text, knowsElements);
            Dim? dim = parser.Sum();
            return parser._position == text.Length ? dim : null;
        }
        catch (Exception e) when (e is OverflowException or DivideByZeroException)
        {
            return null;
        }
    }

    /// <summary>Whether a name needs no quotes, because it is read as a letter of that name.</summary>
    public static bool IsPlainName(string name)
    {
        var parser = new DimParser(name, knowsElements: false);
        return name.Length > 0 && !char.IsAsciiDigit(name[0]) && parser.Word().Length == name.Length;
    }

    private Dim? Sum()
    {
        if (++_depth > MaxDepth)
        {
            return null;
        }

        Dim? sum = Product();
        while (sum is not null)
        {
            if (Skip(" + "))
            {
                sum = Product() is { } plus ? sum + plus : null;
            }
            else if (Skip(" - "))
            {
                sum = Product() is { } minus ? sum - minus : null;
            }
            else
            {
                break;
            }
        }

        _depth--;
        return sum;
    }

    private Dim? Product()
    {
        Dim? product = Unary();
        while (product is not null)
        {
            if (Skip("*"))
            {
                product = Unary() is { } factor ? product * factor : null;
            }
            else if (Skip("//") || Skip("/"))
            {
                product = Unary() is { } divisor ? product.FloorDiv(divisor) : null;
            }
            else
            {
                break;
            }
        }

        return product;
    }

    private Dim? Unary()
    {
        bool isNegative = false;
        while (Skip("-"))
        {
            isNegative = !isNegative;
        }

        return Primary() is { } dim
            ? isNegative
                ? -dim
                : dim
            : null;
    }

    private Dim? Primary()
    {
        if (Skip("("))
        {
            return Sum() is { } inner && Skip(")") ? inner : null;
        }

        if (Skip("?"))
        {
            return Dim.Unknown();
        }

        if (_position < _text.Length && _text[_position] == '\'')
        {
            return Quoted() is { } quoted ? Named(quoted) : null;
        }

        string word = Word();
        if (word == "min" && Skip("("))
        {
            return Minimum();
        }

        if (word == "if" && Skip("("))
        {
            return Choice();
        }

        if (word == "scale" && Skip("("))
        {
            return Scaled();
        }

        if (word.Length == 0)
        {
            return null;
        }

        if (!char.IsAsciiDigit(word[0]))
        {
            return Named(word);
        }

        return long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? Dim.Of(number) : null;
    }

    private Dim? Minimum()
    {
        var operands = new List<Dim>();
        do
        {
            Skip(" ");
            if (Sum() is not { } operand)
            {
                return null;
            }

            operands.Add(operand);
        } while (Skip(","));
        return Skip(")") ? DimMinimum.Of(operands) : null;
    }

    private Dim? Choice()
    {
        if (
            Sum() is not { } left
            || (
                Skip(" < ") ? false
                : Skip(" = ") ? true
                : (bool?)null
            )
                is not { } isEquality
        )
        {
            return null;
        }

        return Sum() is { } right && Skip(", ") && Sum() is { } then && Skip(", ") && Sum() is { } otherwise && Skip(")")
            ? DimChoice.Of(left - right, isEquality, then, otherwise)
            : null;
    }

    private Dim? Scaled() =>
        _knowsElements
        && Sum() is { } length
        && Skip(", ")
        && (Quoted() ?? Word()) is { Length: > 0 } input
        && Index() is { } index
        && Skip(")")
            ? length.ScaledBy(input, index)
            : null;

    private Dim? Named(string name)
    {
        if (_position == _text.Length || _text[_position] != '[')
        {
            return Dim.Symbol(name);
        }

        return _knowsElements && Index() is { } index ? Dim.Element(name, index) : null;
    }

    /// <summary>The indices between brackets; null where there are none.</summary>
    private int[]? Index()
    {
        var indices = new List<int>();
        if (!Skip("["))
        {
            return null;
        }

        while (!Skip("]"))
        {
            if (indices.Count > 0 && !Skip(","))
            {
                return null;
            }

            if (!int.TryParse(Word(), NumberStyles.None, CultureInfo.InvariantCulture, out int index))
            {
                return null;
            }

            indices.Add(index);
        }

        return [.. indices];
    }

    private string Word()
    {
        int start = _position;
        while (_position < _text.Length && IsNamePart(_position))
        {
            _position++;
        }

        return _text[start.._position];
    }

    /// <summary>A name in quotes, which are doubled within it; null where there is none.</summary>
    private string? Quoted()
    {
        if (!Skip("'"))
        {
            return null;
        }

        int start = _position;
        while (_position < _text.Length)
        {
            if (!Skip("'"))
            {
                _position++;
            }
            else if (!Skip("'"))
            {
                return _text[start..(_position - 1)].Replace("''", "'", StringComparison.Ordinal) is { Length: > 0 } name ? name : null;
            }
        }

        return null;
    }

    private bool IsNamePart(int at) =>
        char.IsLetterOrDigit(_text[at]) || _text[at] is '_' or '.' or ':' || (_text[at] == '-' && at > 0 && IsNamePart(at - 1));

    private bool Skip(string token)
    {
        if (string.CompareOrdinal(_text, _position, token, 0, token.Length) != 0)
        {
            return false;
        }

        _position += token.Length;
        return true;
    }
}
