using System.Runtime.InteropServices;

namespace VampNet.Files;

/// <summary>Whether this process may put files into a folder, asked without writing any.</summary>
public static partial class FolderAccess
{
    private const int WriteAndSearch = 3;

    /// <summary>Looks at a folder, or at the nearest one above it where it does not exist yet.</summary>
    /// <param name="folder">The folder that files are to be put into.</param>
    /// <returns>False where the system is sure to refuse: no right to write, or a file system mounted for reading alone. Windows has no
    /// such question; there the answer is true, and writing itself says what is refused.</returns>
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
