using System.CommandLine;
using System.CommandLine.Parsing;

namespace VampNet.Cli;

/// <summary>Options and arguments that take one of a few words.</summary>
internal static class ChoiceOption
{
    /// <summary>Restricts an option to <paramref name="choices"/>: other words are wrong usage; completion offers the choices.</summary>
    public static void TakeOneOf(this Option<string> option, params IReadOnlyList<string> choices)
    {
        option.CompletionSources.Add(choices.ToArray());
        option.CustomParser = result => Parse(result, option.Name, choices);
    }

    /// <summary>Restricts an argument to <paramref name="choices"/>: other words are wrong usage; completion offers the choices.</summary>
    public static void TakeOneOf(this Argument<string> argument, params IReadOnlyList<string> choices)
    {
        argument.CompletionSources.Add(choices.ToArray());
        argument.CustomParser = result => Parse(result, argument.Name, choices);
    }

    private static string Parse(ArgumentResult result, string name, IReadOnlyList<string> choices)
    {
        string text = result.Tokens is [var token, ..] ? token.Value : "";
        if (!choices.Contains(text))
        {
            result.AddError($"Found \"{text}\" for {name}. Expected one of: {string.Join(", ", choices)}.");
        }

        return text;
    }
}
