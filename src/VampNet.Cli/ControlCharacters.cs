using System.Globalization;

namespace VampNet.Cli;

/// <summary>Makes characters visible that would move the cursor, change colours or reorder letters: names come from files that anyone may
/// have made.</summary>
internal static class ControlCharacters
{
    /// <summary>Writes each such character as <c>\x1b</c> or <c>\u202e</c>. Line breaks and tabs stay.</summary>
    public static string Escape(string text) => text.Any(IsEscaped) ? string.Concat(text.Select(Show)) : text;

    /// <summary>Whether a character is shown escaped.</summary>
    public static bool IsEscaped(char character) =>
        (char.IsControl(character) && character is not ('\n' or '\r' or '\t')) || IsTurning(character);

    // Unicode's marks, embeddings, overrides and isolates turn the direction in which the rest of a line is read.
    private static bool IsTurning(char character) =>
        character is '\u200e' or '\u200f' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');

    private static string Show(char character) =>
        !IsEscaped(character) ? character.ToString()
        : character < 0x100 ? string.Create(CultureInfo.InvariantCulture, $"\\x{(int)character:x2}")
        : string.Create(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
}
