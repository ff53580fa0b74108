using System.IO.Enumeration;

namespace VampNet.Cli.Batch;

/// <summary>Finds files by a path with wildcards: <c>*</c> and <c>?</c> within a name, <c>**</c> for any number of folders.</summary>
internal static class PathPattern
{
    private const string AnyFolders = "**";

    /// <summary>Whether a text has wildcards.</summary>
    public static bool IsPattern(string text) => text.AsSpan().ContainsAny('*', '?');

    /// <summary>The folder before the first wildcard, whose name is not part of the outputs' names.</summary>
    public static string Root(string pattern) => Split(pattern).Root;

    /// <summary>The files that a pattern matches. Names that begin with a dot match only where the pattern has the dot.</summary>
    public static IEnumerable<string> Find(string pattern)
    {
        (string root, string[] parts) = Split(pattern);
        return Directory.Exists(root) ? Find(root, parts).Distinct() : [];
    }

    /// <summary>Every file below a folder, without those whose name, or whose folder's name, begins with a dot. Links to folders are not
    /// followed.</summary>
    public static IEnumerable<string> Below(string folder) =>
        Directory
            .EnumerateFiles(folder)
            .Where(path => !IsHidden(path))
            .Concat(Directory.EnumerateDirectories(folder).Where(path => !IsHidden(path) && !IsLink(path)).SelectMany(Below));

    private static IEnumerable<string> Find(string folder, ReadOnlyMemory<string> parts)
    {
        string part = parts.Span[0];
        if (parts.Length == 1 && part != AnyFolders)
        {
            return Directory.EnumerateFiles(folder).Where(path => Matches(path, part));
        }

        if (part != AnyFolders)
        {
            return Directory.EnumerateDirectories(folder).Where(path => Matches(path, part)).SelectMany(path => Find(path, parts[1..]));
        }

        // "a/**" alone means every file below.
        return parts.Length == 1
            ? Below(folder)
            : Find(folder, parts[1..])
                .Concat(
                    Directory
                        .EnumerateDirectories(folder)
                        .Where(path => !IsHidden(path) && !IsLink(path))
                        .SelectMany(path => Find(path, parts))
                );
    }

    private static (string Root, string[] Parts) Split(string pattern)
    {
        string[] parts = pattern.Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar]);
        int first = Array.FindIndex(parts, IsPattern);
        string root = string.Join(Path.DirectorySeparatorChar, parts[..first]);
        return (
            Path.GetFullPath(
                root.Length > 0 ? root
                : first > 0 ? "/"
                : "."
            ),
            parts[first..]
        );
    }

    private static bool Matches(string path, string part)
    {
        string name = Path.GetFileName(path);
        return (part.StartsWith('.') || !name.StartsWith('.'))
            && FileSystemName.MatchesSimpleExpression(part, name, ignoreCase: OperatingSystem.IsWindows());
    }

    private static bool IsHidden(string path) => Path.GetFileName(path).StartsWith('.');

    private static bool IsLink(string path) => new DirectoryInfo(path).LinkTarget is not null;
}
