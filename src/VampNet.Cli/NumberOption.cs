using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace VampNet.Cli;

/// <summary>Options that take numbers within a range. Any other value is wrong usage, reported in one sentence.</summary>
internal static class NumberOption
{
    /// <summary>An option that takes a whole number.</summary>
    /// <param name="name">The option, with its dashes.</param>
    /// <param name="least">The smallest value allowed.</param>
    /// <param name="most">The largest value allowed.</param>
    /// <param name="byDefault">The value where the option is absent.</param>
    /// <param name="description">Description of the number, for the help page.</param>
    /// <param name="helpName">Placeholder of the number on the help page.</param>
    public static Option<int> Whole(string name, int least, int most, int byDefault, string description, string helpName = "N") =>
        new(name)
        {
            HelpName = helpName,
            Description = description,
            DefaultValueFactory = _ => byDefault,
            CustomParser = result => ParseWhole(result, least, most) ?? byDefault,
        };

    /// <summary>An option that takes a whole number, or is absent: null.</summary>
    public static Option<int?> WholeOrNone(string name, int least, int most, string description, string helpName = "N") =>
        new(name)
        {
            HelpName = helpName,
            Description = description,
            CustomParser = result => ParseWhole(result, least, most),
        };

    /// <summary>An option that takes several whole numbers.</summary>
    public static Option<int[]> Wholes(string name, int least, int most, int[] byDefault, string description, string helpName = "N") =>
        new(name)
        {
            HelpName = helpName,
            Description = description,
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => byDefault,
            CustomParser = result => [.. result.Tokens.Select(token => ParseWhole(result, token.Value, least, most) ?? least)],
        };

    /// <summary>An option that takes one of a few whole numbers.</summary>
    public static Option<int> OneOf(string name, int[] allowed, int byDefault, string description, string helpName = "N") =>
        new(name)
        {
            HelpName = helpName,
            Description = description,
            DefaultValueFactory = _ => byDefault,
            CustomParser = result =>
            {
                string text = Text(result);
                if (int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int number) && allowed.Contains(number))
                {
                    return number;
                }

                Refuse(result, text, $"one of {string.Join(", ", allowed)}");
                return byDefault;
            },
        };

    /// <summary>An option that takes any number within a range, its ends included.</summary>
    public static Option<double> Real(
        string name,
        double least,
        double most,
        double byDefault,
        string description,
        string helpName = "X"
    ) =>
        new(name)
        {
            HelpName = helpName,
            Description = description,
            // A float such as 0.15 widened to double reads 0.15000000596; the help page shows the number that was meant.
            DefaultValueFactory = _ => Math.Round(byDefault, 6),
            CustomParser = result => ParseReal(result, least, most) ?? byDefault,
        };

    /// <summary>An option that takes any number within a range, or is absent: null.</summary>
    public static Option<double?> RealOrNone(string name, double least, double most, string description, string helpName = "X") =>
        new(name)
        {
            HelpName = helpName,
            Description = description,
            CustomParser = result => ParseReal(result, least, most),
        };

    /// <summary>An option that takes a seed: any whole number of 64 bits without sign.</summary>
    public static Option<ulong> Seed(string name, ulong byDefault, string description) =>
        new(name)
        {
            HelpName = "N",
            Description = description,
            DefaultValueFactory = _ => byDefault,
            CustomParser = result =>
            {
                string text = Text(result);
                if (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number))
                {
                    return number;
                }

                Refuse(result, text, $"a whole number from 0 to {ulong.MaxValue}");
                return byDefault;
            },
        };

    private static int? ParseWhole(ArgumentResult result, int least, int most) => ParseWhole(result, Text(result), least, most);

    private static int? ParseWhole(ArgumentResult result, string text, int least, int most)
    {
        if (
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
            && number >= least
            && number <= most
        )
        {
            return number;
        }

        Refuse(result, text, $"a whole number from {least} to {most}");
        return null;
    }

    private static double? ParseReal(ArgumentResult result, double least, double most)
    {
        string text = Text(result);
        // NaN is not within any range.
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number >= least && number <= most)
        {
            return number;
        }

        Refuse(result, text, string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {most}"));
        return null;
    }

    private static string Text(ArgumentResult result) => result.Tokens is [var token, ..] ? token.Value : "";

    private static void Refuse(ArgumentResult result, string found, string expected)
    {
        string option = result.Parent is OptionResult parent ? parent.Option.Name : result.Argument.Name;
        result.AddError($"Found \"{found}\" for {option}. Expected {expected}.");
    }
}
