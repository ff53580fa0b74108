using System.CommandLine;

namespace VampNet.Cli;

/// <summary>Options that take any text: names, patterns, and paths that are looked up later.</summary>
internal static class TextOption
{
    /// <summary>Refuses values without a visible character.</summary>
    /// <param name="option">The option.</param>
    /// <param name="expected">What the option takes, for the message: <c>a path</c>.</param>
    public static void RefuseBlank(this Option option, string expected) =>
        option.Validators.Add(result =>
        {
            foreach (string text in result.Tokens.Select(token => token.Value).Where(text => !HasText(text)))
            {
                result.AddError($"Found \"{text}\" for {option.Name}. Expected {expected}.");
            }
        });

    private static bool HasText(string text) => !string.IsNullOrWhiteSpace(text) && !text.Contains('\0', StringComparison.Ordinal);
}
