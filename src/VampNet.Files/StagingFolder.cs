using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace VampNet.Files;

/// <summary>
/// A folder for unfinished files on the same volume as their final place, so that they can be renamed:
/// <c>.vampnet-PROCESS-NUMBER.partial</c>. It holds
/// a lock while its process lives; a folder whose lock is free was left by a killed run.
/// </summary>
internal sealed class StagingFolder : IDisposable
{
    internal const string Pattern = ".vampnet-*.partial";

    private const string LockName = "lock";
    private const string NewName = "new";
    private const string OldName = "old";
    private const string OldFirstName = "old-first";

    // Longer than it takes from making a folder to locking it; until it is locked, it looks like one of a killed run.
    private static readonly TimeSpan LongestMaking = TimeSpan.FromSeconds(10);

    // Where the file system has no locks, an older folder counts as abandoned.
    private static readonly TimeSpan LongestRun = TimeSpan.FromDays(1);

    // Makes names unique within the process.
    private static long Count;

    // The folders of this process, added before they are created.
    private static readonly ConcurrentDictionary<string, bool> Living = new(StringComparer.Ordinal);

    private readonly FileStream _lock;
    private bool _isLeft;

    private StagingFolder(string path, FileStream @lock)
    {
        Path = path;
        _lock = @lock;
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Makes an empty staging folder.</summary>
    /// <param name="parent">The folder that it will lie in; made if absent.</param>
    public static StagingFolder In(string parent)
    {
        while (true)
        {
            string path = System.IO.Path.Combine(
                System.IO.Path.GetFullPath(parent),
                $".vampnet-{Environment.ProcessId}-{Interlocked.Increment(ref Count)}.partial"
            );
            // Another machine on the same volume may have a process of the same number.
            if (Directory.Exists(path))
            {
                continue;
            }

            bool isMade = false;
            Living[path] = true;
            try
            {
                FileCalls.CreateFolder(path);
                isMade = true;
                FileStream held = FileCalls.Create(System.IO.Path.Combine(path, LockName));
                Directory.CreateDirectory(System.IO.Path.Combine(path, NewName));
                return new StagingFolder(path, held);
            }
            catch (IOException) when (isMade && WasTaken(path))
            {
                // Another run took it for a killed run's before it held its lock, or was as quick with the same name.
                Living.TryRemove(path, out _);
            }
            catch
            {
                Living.TryRemove(path, out _);
                DeleteIfThere(path);
                throw;
            }
        }
    }

    /// <summary>Path at which to write a new file or folder of this name.</summary>
    public string New(string name) => System.IO.Path.Combine(Path, NewName, name);

    /// <summary>Path to which an earlier file or folder of this name is moved until its replacement is complete.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="isFirst">Whether it is the one that names the others.</param>
    public string Old(string name, bool isFirst)
    {
        string folder = System.IO.Path.Combine(Path, isFirst ? OldFirstName : OldName);
        Directory.CreateDirectory(folder);
        return System.IO.Path.Combine(folder, name);
    }

    /// <summary>
    /// Removes the folder of a killed run. Files that the run had begun to replace get their names back, unless another run has written
    /// them since.
    /// </summary>
    /// <returns>Whether it was such a folder; false while its process lives.</returns>
    public static bool TryRemove(string path)
    {
        if (Living.ContainsKey(System.IO.Path.GetFullPath(path)) || IsBeingMade(path))
        {
            return false;
        }

        string lockPath = System.IO.Path.Combine(path, LockName);
        try
        {
            // Its process was killed before it made the lock, or is about to: then it makes another folder. Only an empty one is removed.
            if (!File.Exists(lockPath) && DateTime.UtcNow - Directory.GetLastWriteTimeUtc(path) < TimeSpan.FromHours(1))
            {
                Directory.Delete(path);
                return true;
            }

            using FileStream held = OpenLock(lockPath);
            if (!IsKept(lockPath) && DateTime.UtcNow - Directory.GetLastWriteTimeUtc(path) < LongestRun)
            {
                return false;
            }

            Restore(path);
            FileCalls.Delete(path);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Its process lives, or it is another user's.
            return false;
        }
    }

    // Whether a live process is just creating it: nothing else shows this between creating the lock file and locking it.
    private static bool IsBeingMade(string path)
    {
        string[] parts = System.IO.Path.GetFileName(path).Split('-');
        return parts.Length > 2
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int process)
            && process != Environment.ProcessId
            && DateTime.UtcNow - Directory.GetLastWriteTimeUtc(path) < LongestMaking
            && IsRunning(process);
    }

    private static bool IsRunning(int process)
    {
        try
        {
            using var found = Process.GetProcessById(process);
            return !found.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // It ended while it was looked at, or is another user's.
            return true;
        }
    }

    private static void DeleteIfThere(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // It was never made, or another run took it for a killed run's.
        }
    }

    private static bool WasTaken(string path) => !Directory.Exists(path) || File.Exists(System.IO.Path.Combine(path, LockName));

    private static FileStream OpenLock(string path) => new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

    // Some network file systems grant every lock: a second one on a file that is locked already tells.
    private static bool IsKept(string lockPath)
    {
        try
        {
            OpenLock(lockPath).Dispose();
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static void Restore(string path)
    {
        string parent = System.IO.Path.GetDirectoryName(path)!;
        string[] first = Entries(path, OldFirstName);
        bool wasInterrupted = first.Any(each => !Exists(Named(each))) && Entries(path, NewName).Length > 0;
        foreach (string old in wasInterrupted ? [.. Entries(path, OldName), .. first] : Array.Empty<string>())
        {
            FileCalls.Move(old, Named(old));
        }

        string Named(string entry) => System.IO.Path.Combine(parent, System.IO.Path.GetFileName(entry));
    }

    private static string[] Entries(string path, string folder) =>
        Directory.Exists(System.IO.Path.Combine(path, folder)) ? Directory.GetFileSystemEntries(System.IO.Path.Combine(path, folder)) : [];

    private static bool Exists(string path) => File.Exists(path) || Directory.Exists(path);

    /// <summary>Gives up the lock and keeps the folder, as a killed run would.</summary>
    public void Leave()
    {
        _lock.Dispose();
        Living.TryRemove(Path, out _);
        _isLeft = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _lock.Dispose();
        if (!_isLeft)
        {
            DeleteIfThere(Path);
        }

        Living.TryRemove(Path, out _);
    }
}
