namespace VampNet.Checkpoints;

/// <summary>Thrown when a file is not a valid checkpoint, or holds something that this library refuses.</summary>
/// <remarks><see cref="Id"/> is stable between
/// versions.</remarks>
public sealed class CheckpointException : Exception
{
    internal CheckpointException(
        string id,
        string found,
        string expected,
        string? advice = null,
        string? path = null,
        Exception? inner = null
    )
        : base(ErrorText.Compose(id, Printable(found), Printable(expected), advice, path), inner)
    {
        (Id, Found, Expected, Advice, Path) = (id, found, expected, advice, path);
    }

    /// <summary>The stable identifier of this kind of refusal, for example <c>VNC0103</c>; listed in docs/errors.</summary>
    public string Id { get; }

    /// <summary>Finding and its place, without the word Found.</summary>
    public string Found { get; }

    /// <summary>Expectation, without the word Expected.</summary>
    public string Expected { get; }

    /// <summary>Remedy for the user; null if there is none.</summary>
    public string? Advice { get; }

    /// <summary>The name of the file that was read; null while it is not known.</summary>
    public string? Path { get; }

    /// <summary>The same refusal, naming the file it happened in.</summary>
    internal CheckpointException In(string path) => new(Id, Found, Expected, Advice, path, this);

    /// <summary>Names in a hostile file may be long, or contain control characters for the terminal.</summary>
    private static string Printable(string text)
    {
        const int Longest = 600;
        string shown = text.Length <= Longest ? text : $"{text.AsSpan(0, Longest)}...";
        return string.Create(
            shown.Length,
            shown,
            static (span, source) =>
            {
                for (int i = 0; i < span.Length; i++)
                {
                    span[i] = char.IsControl(source[i]) ? '?' : source[i];
                }
            }
        );
    }
}
