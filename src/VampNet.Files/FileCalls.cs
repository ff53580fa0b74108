using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VampNet.Files;

/// <summary>Creates, flushes, renames and deletes files. The toolchain makes all such calls here, so that a test can count them and make
/// each one fail.</summary>
internal static partial class FileCalls
{
    private const string FlushVariable = "VAMPNET_FLUSH";

    private static readonly AsyncLocal<Action<FileCall, string>?> Hook = new();

    /// <summary>Called before each call, with its path, in the current asynchronous flow only; the call throws what it throws.</summary>
    public static Action<FileCall, string>? Before
    {
        get => Hook.Value;
        set => Hook.Value = value;
    }

    /// <summary>Whether to flush files to the disk. <c>VAMPNET_FLUSH=off</c> turns that off: a crash of the whole
    /// machine may then lose files that a command said it wrote.</summary>
    public static bool IsFlushing =>
        !string.Equals(Environment.GetEnvironmentVariable(FlushVariable), "off", StringComparison.OrdinalIgnoreCase);

    public static void CreateFolder(string path)
    {
        Tell(FileCall.CreateFolder, path);
        Directory.CreateDirectory(path);
    }

    public static FileStream Create(string path)
    {
        Tell(FileCall.Create, path);
        return new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);
    }

    /// <summary>Flushes the stream to the disk.</summary>
    public static void Flush(FileStream stream)
    {
        if (IsFlushing)
        {
            Tell(FileCall.Flush, stream.Name);
            stream.Flush(flushToDisk: true);
        }
        else
        {
            stream.Flush();
        }
    }

    /// <summary>Flushes a folder's entries to the disk: until then, a power failure can undo a rename.</summary>
    public static void FlushFolder(string folder)
    {
        if (!IsFlushing)
        {
            return;
        }

        Tell(FileCall.FlushFolder, folder);
        // Windows flushes a folder with its files.
        if (!OperatingSystem.IsWindows() && OpenFolder(folder) is { IsInvalid: false } handle)
        {
            using (handle)
            {
                // Some network file systems cannot flush folders, and there is no substitute.
                _ = FlushHandle(handle);
            }
        }
    }

    public static void Move(string from, string to)
    {
        Tell(FileCall.Move, to);
        if (Directory.Exists(from))
        {
            Directory.Move(from, to);
        }
        else
        {
            File.Move(from, to, overwrite: true);
        }
    }

    public static void Delete(string path)
    {
        Tell(FileCall.Delete, path);
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
        else
        {
            File.Delete(path);
        }
    }

    private static void Tell(FileCall call, string path) => Hook.Value?.Invoke(call, path);

    private static SafeFileHandle OpenFolder(string folder) => new(Open(folder, 0), ownsHandle: true);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FlushHandle(SafeFileHandle handle);
}
