using System.CommandLine;

namespace VampNet.Cli;

/// <summary>Options that take one of a few words.</summary>
internal static class ChoiceOption
{
    /// <summary>Restricts an option to <paramref name="choices"/>: other words are wrong usage; completion offers the choices.</summary>
    public static void TakeOneOf(this Option<string> option, params IReadOnlyList<string> choices)
    {
        option.CompletionSources.Add(choices.ToArray());
        option.CustomParser = result =>
        {
            string text = result.Tokens is [var token, ..] ? token.Value : "";
            if (!choices.Contains(text))
            {
                result.AddError($"Found \"{text}\" for {option.Name}. Expected one of: {string.Join(", ", choices)}.");
            }

            return text;
        };
    }
}
