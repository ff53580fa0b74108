namespace VampNet.Checkpoints;

/// <summary>A file is not the checkpoint it claims to be, or holds something this library refuses.</summary>
/// <remarks>The message says what was found, where, what was expected and what to do. <see cref="Id"/> is stable between
/// versions.</remarks>
public sealed class CheckpointException : Exception
{
    private readonly string _found;
    private readonly string _expected;
    private readonly string? _advice;

    internal CheckpointException(
        string id,
        string found,
        string expected,
        string? advice = null,
        string? path = null,
        Exception? inner = null
    )
        : base(Compose(id, found, expected, advice, path), inner)
    {
        (Id, _found, _expected, _advice, Path) = (id, found, expected, advice, path);
    }

    /// <summary>The stable identifier of this kind of refusal, for example <c>VNC0103</c>; listed in docs/errors.</summary>
    public string Id { get; }

    /// <summary>The name of the file that was read; null while it is not known.</summary>
    public string? Path { get; }

    /// <summary>The same refusal, naming the file it happened in.</summary>
    internal CheckpointException In(string path) => new(Id, _found, _expected, _advice, path, this);

    private static string Compose(string id, string found, string expected, string? advice, string? path)
    {
        string where = path is null ? "" : $"{path}: ";
        string action = advice is null ? "" : $"\n{advice}.";
        return $"{id}: {where}Found {Printable(found)}.\nExpected {Printable(expected)}.{action}";
    }

    /// <summary>Names in a hostile file may be long, or meant for the terminal.</summary>
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
