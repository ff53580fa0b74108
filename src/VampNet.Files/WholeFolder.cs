namespace VampNet.Files;

/// <summary>Removes folders at once: nobody sees a part of one.</summary>
public static class WholeFolder
{
    /// <summary>Renames a folder to a temporary name, and deletes it there.</summary>
    /// <param name="path">The folder. An absent one is left absent.</param>
    /// <exception cref="IOException">It cannot be renamed, for example because a file of it is in use on Windows.</exception>
    public static void Remove(string path)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        using StagingFolder staging = StagingFolder.In(Path.GetDirectoryName(full)!);
        try
        {
            FileCalls.Move(full, staging.New(Path.GetFileName(full)));
        }
        catch (FileNotFoundException)
        {
            // Another process was quicker.
        }
    }
}
