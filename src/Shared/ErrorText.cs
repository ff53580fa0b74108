namespace VampNet;

/// <summary>The text of every error of the toolchain: its id, what was found and where, what was expected, and what to do.</summary>
/// <remarks>Compiled into each library: the libraries share no other code that all of them refer to.</remarks>
internal static class ErrorText
{
    private const string FoundWord = "Found ";
    private const string ExpectedWord = "Expected ";

    /// <summary>Composes a message.</summary>
    /// <param name="id">The stable id, such as <c>VNQ0101</c>.</param>
    /// <param name="found">What was found, and where; continues "Found", without a full stop.</param>
    /// <param name="expected">What was expected; continues "Expected", without a full stop.</param>
    /// <param name="advice">What to do, as one or more sentences without the last full stop; null where nothing can be done.</param>
    /// <param name="place">The file, before everything else; null where the parts name it.</param>
    public static string Compose(string id, string found, string expected, string? advice, string? place = null) =>
        $"{id}: {(place is null ? "" : $"{place}: ")}{FoundWord}{Ended(found)}\n"
        + $"{ExpectedWord}{Ended(expected)}{(string.IsNullOrEmpty(advice) ? "" : $" {Ended(advice)}")}";

    /// <summary>Takes a message apart that another layer has composed; what does not have the form is found.</summary>
    public static (string Found, string Expected, string? Advice) Split(string message)
    {
        int found = message.StartsWith(FoundWord, StringComparison.Ordinal) ? FoundWord.Length : 0;
        int at = message.IndexOf(ExpectedWord, found, StringComparison.Ordinal);
        if (at < 0)
        {
            return (Trimmed(message[found..]), "", null);
        }

        string rest = message[(at + ExpectedWord.Length)..];
        int end = rest.IndexOf(". ", StringComparison.Ordinal);
        return end < 0
            ? (Trimmed(message[found..at]), Trimmed(rest), null)
            : (Trimmed(message[found..at]), rest[..end], Trimmed(rest[(end + 2)..]));
    }

    // What another program said may bring its own full stop; a list over several lines has none.
    private static string Ended(string text)
    {
        string trimmed = text.TrimEnd();
        return trimmed.Contains('\n') || trimmed is [.., '.' or '!' or '?'] ? trimmed : $"{trimmed}.";
    }

    private static string Trimmed(string text) => text.Trim().TrimEnd('.');
}
