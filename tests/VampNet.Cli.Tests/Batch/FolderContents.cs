using VampNet.Cli.Batch;

namespace VampNet.Cli.Tests.Batch;

/// <summary>What a batch's output folder holds, without the logs, which have times.</summary>
internal static class FolderContents
{
    /// <summary>Every file and folder by its path, with the hash of its contents.</summary>
    public static SortedDictionary<string, string> Of(string folder)
    {
        SortedDictionary<string, string> contents = new(StringComparer.Ordinal);
        string logs = new BatchFolder(folder).Logs;
        foreach (string path in Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories))
        {
            if (!path.StartsWith(logs, StringComparison.Ordinal))
            {
                contents.Add(Path.GetRelativePath(folder, path), File.Exists(path) ? ContentHash.ReadFile(path) : "folder");
            }
        }

        return contents;
    }
}
