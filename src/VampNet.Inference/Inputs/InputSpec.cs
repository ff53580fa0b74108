using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;
using VampNet.Onnx;

namespace VampNet.Inference.Inputs;

/// <summary>The user's specification of one input of a graph, for example <c>image:FLOAT32[1,3,H=320,W=320]0..1</c>. Parts that are left
/// out follow from the graph.</summary>
/// <param name="Name">The input.</param>
public sealed partial record InputSpec(string Name)
{
    /// <summary>Form of a specification, for messages and help.</summary>
    public const string Form =
        "NAME:TYPE[SIZES]RANGE, where TYPE, [SIZES] or RANGE may be left out: image:float32[1,3,H=320,W=320]0..1, ids:int32<30522 "
        + "or rate:int64=16000";

    /// <summary>The longest axis that can be asked for.</summary>
    public const long LongestAxis = int.MaxValue;

    private static readonly ImmutableDictionary<string, ElementType> Types = new Dictionary<string, ElementType>(
        StringComparer.OrdinalIgnoreCase
    )
    {
        ["float"] = ElementType.Float,
        ["float32"] = ElementType.Float,
        ["fp32"] = ElementType.Float,
        ["double"] = ElementType.Double,
        ["float64"] = ElementType.Double,
        ["fp64"] = ElementType.Double,
        ["float16"] = ElementType.Float16,
        ["half"] = ElementType.Float16,
        ["fp16"] = ElementType.Float16,
        ["bfloat16"] = ElementType.BFloat16,
        ["bf16"] = ElementType.BFloat16,
        ["int8"] = ElementType.Int8,
        ["int16"] = ElementType.Int16,
        ["int32"] = ElementType.Int32,
        ["int64"] = ElementType.Int64,
        ["uint8"] = ElementType.UInt8,
        ["uint16"] = ElementType.UInt16,
        ["uint32"] = ElementType.UInt32,
        ["uint64"] = ElementType.UInt64,
        ["bool"] = ElementType.Bool,
        ["string"] = ElementType.String,
    }.ToImmutableDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The type of the elements; null for the graph's.</summary>
    public ElementType? Type { get; init; }

    /// <summary>The axes; null for the graph's.</summary>
    public ImmutableArray<SpecAxis>? Axes { get; init; }

    /// <summary>The values; null for values that fit the graph.</summary>
    public InputRange? Range { get; init; }

    /// <summary>Reads a specification as a person writes it.</summary>
    /// <param name="text">In the form of <see cref="Form"/>.</param>
    /// <param name="spec">The specification; null when there is none.</param>
    /// <param name="problem">The fault, one sentence; null if there is none.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out InputSpec? spec, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(text);
        // Names such as "input:0" have a colon of their own; what follows the last one has none.
        int colon = text.LastIndexOf(':');
        if (colon < 1)
        {
            (spec, problem) = (null, "there is no name with a colon behind it");
            return false;
        }

        return TryParse(text[..colon].Trim(), text[(colon + 1)..], out spec, out problem);
    }

    /// <summary>Reads what is said of an input whose name is known.</summary>
    /// <param name="name">The input.</param>
    /// <param name="text">In the form of <see cref="Form"/>, from behind the colon.</param>
    /// <param name="spec">The specification; null when there is none.</param>
    /// <param name="problem">The fault, one sentence; null if there is none.</param>
    public static bool TryParse(string name, string text, [NotNullWhen(true)] out InputSpec? spec, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(text);
        spec = null;
        Match match = Whole().Match(text);
        if (!match.Success || text.Trim().Length == 0)
        {
            problem = $"\"{text}\" is no type, no sizes in brackets and no range";
            return false;
        }

        ElementType? type = null;
        if (match.Groups["type"].Value is { Length: > 0 } word)
        {
            if (!Types.TryGetValue(word, out ElementType known))
            {
                problem = $"\"{word}\" is no type; the types are {string.Join(", ", Types.Keys.Order(StringComparer.Ordinal))}";
                return false;
            }

            type = known;
        }

        ImmutableArray<SpecAxis>? axes = null;
        if (match.Groups["axes"].Success)
        {
            if (!TryParseAxes(match.Groups["axes"].Value, out ImmutableArray<SpecAxis> read, out problem))
            {
                return false;
            }

            axes = read;
        }

        InputRange? range = null;
        if (match.Groups["range"].Value is { Length: > 0 } values)
        {
            if (!TryParseRange(values, out InputRange read, out problem))
            {
                return false;
            }

            range = read;
        }

        spec = new InputSpec(name)
        {
            Type = type,
            Axes = axes,
            Range = range,
        };
        return spec.IsConsistent(out problem);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Name}:{Type?.OnnxName}{(Axes is { } axes ? $"[{string.Join(',', axes)}]" : "")}{Range?.ToString()}";

    /// <summary>Whether the range holds numbers of the type.</summary>
    internal bool IsConsistent([NotNullWhen(false)] out string? problem)
    {
        problem =
            Type == ElementType.String
                ? "strings cannot be made up, and ONNX Runtime takes them from no number; give the graph an input of numbers "
                    + "behind its tokenizer"
            : Type is { } type && Range is { } range && !ElementArrays.Holds(type, range) ? $"{type.OnnxName} does not hold {range}"
            : null;
        return problem is null;
    }

    private static bool TryParseAxes(string text, out ImmutableArray<SpecAxis> axes, [NotNullWhen(false)] out string? problem)
    {
        ImmutableArray<SpecAxis>.Builder read = ImmutableArray.CreateBuilder<SpecAxis>();
        foreach (string part in text.Trim().Length == 0 ? [] : text.Split(','))
        {
            string[] sides = part.Split('=', StringSplitOptions.TrimEntries);
            (string letter, string size) = sides switch
            {
                [var one] when one.Length > 0 && char.IsAsciiDigit(one[0]) => ("", one),
                [var one] => (one, ""),
                [var left, var right] => (left, right.Length == 0 ? "missing" : right),
                _ => ("", part),
            };
            long? length = long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;
            bool isOpen = size.Length == 0;
            bool isLetter = letter is "" or "?" || Letter().IsMatch(letter);
            if (!isLetter || (isOpen && letter.Length == 0) || (!isOpen && length is not (>= 0 and <= LongestAxis)) || length > LongestAxis)
            {
                (axes, problem) = ([], $"\"{part.Trim()}\" is no size; a size is a number, LETTER=NUMBER, LETTER, or ? for any");
                return false;
            }

            read.Add(new SpecAxis(letter is "" or "?" ? null : letter, length));
        }

        (axes, problem) = (read.ToImmutable(), null);
        return true;
    }

    private static bool TryParseRange(string text, out InputRange range, [NotNullWhen(false)] out string? problem)
    {
        string[] sides = text.Split("..", StringSplitOptions.TrimEntries);
        double low = 0,
            high = 0;
        bool isRead = text[0] switch
        {
            '<' => TryNumber(text[1..], out high),
            '=' => TryNumber(text[1..], out low),
            _ => sides.Length == 2 && TryNumber(sides[0], out low) && TryNumber(sides[1], out high),
        };
        range = text[0] switch
        {
            '<' => new InputRange(0, high - 1),
            '=' => new InputRange(low, low),
            _ => new InputRange(low, high),
        };
        problem =
            !isRead || range.High < range.Low || (text[0] == '<' && high != Math.Floor(high))
                ? $"\"{text}\" is no range; a range is LOW..HIGH, both included, <N for the whole numbers from 0 to N-1, or =N "
                    + "for one number"
                : null;
        return problem is null;
    }

    private static bool TryNumber(string text, out double number) =>
        double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);

    [GeneratedRegex(@"^[A-Za-z_][\w.\- +]*$")]
    private static partial Regex Letter();

    [GeneratedRegex(
        @"^\s*(?<type>[A-Za-z][A-Za-z0-9]*)?\s*(\[(?<axes>[^\[\]]*)\])?\s*,?\s*(?<range>(<|=).+|[^<=\[\],A-Za-z].*\.\..+)?\s*$"
    )]
    private static partial Regex Whole();
}

/// <summary>One axis of a specification.</summary>
/// <param name="Letter">Its letter; null for none.</param>
/// <param name="Length">Its length; null where the letter is given a length elsewhere, or by default.</param>
public readonly record struct SpecAxis(string? Letter, long? Length)
{
    /// <inheritdoc/>
    public override string ToString() =>
        (Letter, Length) switch
        {
            (null, null) => "?",
            (null, { } length) => length.ToString(CultureInfo.InvariantCulture),
            ({ } letter, null) => letter,
            ({ } letter, { } length) => string.Create(CultureInfo.InvariantCulture, $"{letter}={length}"),
        };
}
