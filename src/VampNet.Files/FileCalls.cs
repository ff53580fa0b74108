using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VampNet.Files;

/// <summary>The calls by which files come, are renamed and go. All writing of the toolchain passes here, so that a test can count the calls
/// and make each one fail.</summary>
internal static partial class FileCalls
{
    private const string FlushVariable = "VAMPNET_FLUSH";

    private static readonly AsyncLocal<Action<FileCall, string>?> Hook = new();

    /// <summary>Called before each call, with its path, in this flow of control alone; what it throws, the call throws.</summary>
    public static Action<FileCall, string>? Before
    {
        get => Hook.Value;
        set => Hook.Value = value;
    }

    /// <summary>Whether to wait until the disk holds what was written. <c>VAMPNET_FLUSH=off</c> turns that off: a crash of the whole
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

    /// <summary>Waits until the disk holds all that was written to the stream.</summary>
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

    /// <summary>Waits until the disk holds the names in a folder: a renamed file is lost with the machine's power until then.</summary>
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
                // Some network file systems flush no folders; there is nothing that could be done about it.
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
