using System.Runtime.InteropServices;

namespace VampNet.Files;

/// <summary>Checks without writing whether this process may create files in a folder.</summary>
public static partial class FolderAccess
{
    private const int WriteAndSearch = 3;

    /// <summary>Checks a folder, or its nearest existing parent.</summary>
    /// <param name="folder">The folder that files are to be put into.</param>
    /// <returns>False if the system is certain to refuse: no permission, or a file system mounted read-only. On Windows this cannot be
    /// asked: the answer is always true, and writing itself may fail.</returns>
    public static bool MayWrite(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return true;
        }

        string? nearest = Path.GetFullPath(folder);
        while (nearest is not null && !Directory.Exists(nearest))
        {
            nearest = Path.GetDirectoryName(nearest);
        }

        return nearest is null || Access(nearest, WriteAndSearch) == 0;
    }

    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);
}
