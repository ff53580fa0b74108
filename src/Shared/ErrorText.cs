namespace VampNet;

// The text of every error of the toolchain: its id, what was found and where, what was expected, and what to do.
// Compiled into each library: the libraries share no other code that all of them refer to. Its comments are no documentation
// comments, for these would stand in every library's XML file under one name, which tools that join the files refuse.
internal static class ErrorText
{
    private const string FoundWord = "Found ";
    private const string ExpectedWord = "Expected ";

    // Composes a message of an id such as VNQ0101, what was found, and where ("Found" goes before it), what was expected ("Expected" goes
    // before it), and what to do, in one or more sentences; null where nothing can be done. None of them ends in a full stop. A place
    // stands before everything else: the file, where the parts do not name it.
    public static string Compose(string id, string found, string expected, string? advice, string? place = null) =>
        $"{id}: {(place is null ? "" : $"{place}: ")}{FoundWord}{Ended(found)}\n"
        + $"{ExpectedWord}{Ended(expected)}{(string.IsNullOrEmpty(advice) ? "" : $" {Ended(advice)}")}";

    // Takes a message apart that another layer has composed; all of what does not have the form is what was found.
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
