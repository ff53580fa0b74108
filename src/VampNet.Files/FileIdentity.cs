using Microsoft.Win32.SafeHandles;

namespace VampNet.Files;

/// <summary>The identity of the file that a path leads to, independent of its spelling.</summary>
/// <param name="Kind">Kind of file.</param>
/// <param name="Volume">The volume it lies on; 0 where the system does not tell.</param>
/// <param name="Number">Its number on that volume; 0 where the system does not tell.</param>
public readonly record struct FileIdentity(FileKind Kind, ulong Volume, ulong Number)
{
    /// <summary>Whether two paths with these identities are certain to be one file.</summary>
    public bool IsSameAs(FileIdentity other) => Number != 0 && Number == other.Number && Volume == other.Volume;

    /// <summary>Returns the identity of a path, following symbolic links. It never blocks, not even on a pipe without a writer.</summary>
    public static FileIdentity Read(string path)
    {
        if (OperatingSystem.IsLinux() && FileStatus.TryRead(path, out FileIdentity identity))
        {
            return identity;
        }

        return new(
            Directory.Exists(path) ? FileKind.Folder
                : File.Exists(path) ? FileKind.File
                : FileKind.None,
            0,
            0
        );
    }

    /// <summary>Returns the identity of an open file; null where the system does not report it.</summary>
    internal static FileIdentity? Read(SafeFileHandle handle) =>
        OperatingSystem.IsLinux() && FileStatus.TryRead(handle, out FileIdentity identity) ? identity : null;
}
