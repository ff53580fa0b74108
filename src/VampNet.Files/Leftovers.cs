namespace VampNet.Files;

/// <summary>Removes unfinished files that killed runs have left.</summary>
public static class Leftovers
{
    /// <summary>Removes the unfinished files in a folder whose process is gone. Those of running processes stay.</summary>
    /// <param name="folder">Folder that outputs are written to. An absent one holds nothing.</param>
    /// <returns>Paths of the removed folders.</returns>
    public static IReadOnlyList<string> Remove(string folder)
    {
        try
        {
            if (File.Exists(Path.Combine(folder, PublishLock.Name)))
            {
                PublishLock.Acquire(folder).Dispose();
            }

            return Directory.Exists(folder)
                ?
                [
                    .. Directory
                        .EnumerateDirectories(folder, StagingFolder.Pattern)
                        .Order(StringComparer.Ordinal)
                        .Where(StagingFolder.TryRemove),
                ]
                : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The folder may be written but not listed, so its leftovers cannot be found.
            return [];
        }
    }
}
