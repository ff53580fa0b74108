using System.Globalization;

namespace VampNet.Cli.Batch;

/// <summary>
/// Where one process makes outputs before they get their names. A locked file beside the folder says that the process lives; folders of
/// processes that were killed are removed by the next one that starts.
/// </summary>
internal sealed class WorkFolder : IDisposable
{
    private const string LockExtension = ".lock";
    private const int MostAttempts = 10_000;

    // Where the file system has no locks, a folder that no item was begun in for so long is taken for abandoned.
    private static readonly TimeSpan LongestItem = TimeSpan.FromDays(1);

    private readonly FileStream _lock;
    private readonly string _folder;

    private WorkFolder(FileStream file)
    {
        _lock = file;
        _folder = file.Name[..^LockExtension.Length];
        // The same name may have been used by a process that was killed.
        Remove(_folder);
        Directory.CreateDirectory(Stage);
    }

    /// <summary>Holds the outputs of the item that is being made, and nothing else.</summary>
    public string Stage => Path.Combine(_folder, "stage");

    /// <summary>Where a record is written before it gets its name.</summary>
    public string RecordFile => Path.Combine(_folder, "record");

    /// <summary>Makes a folder for this process, and removes those of processes that were killed.</summary>
    /// <param name="parent">The folder that holds those of all processes.</param>
    public static WorkFolder Open(string parent)
    {
        Directory.CreateDirectory(parent);
        // Containers of different machines may have equal process ids, and equal names of machines are possible too.
        string name = string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}-{Environment.ProcessId}");
        for (int attempt = 1; attempt <= MostAttempts; attempt++)
        {
            string file = Path.Combine(parent, string.Create(CultureInfo.InvariantCulture, $"{name}-{attempt}{LockExtension}"));
            if (TryLock(file, FileMode.OpenOrCreate) is { } held)
            {
                // Another process may have removed the file between its opening and its locking.
                if (File.Exists(file))
                {
                    WorkFolder own = new(held);
                    own.RemoveAbandoned(parent);
                    return own;
                }

                held.Dispose();
            }
        }

        throw new IOException($"Found no free name for a folder of work in {parent}.");
    }

    /// <summary>An empty stage for the next item.</summary>
    public string Clear()
    {
        File.SetLastWriteTimeUtc(_lock.Name, DateTime.UtcNow);
        Remove(Stage);
        return Directory.CreateDirectory(Stage).FullName;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Remove(_folder);
        _lock.Dispose();
    }

    private void RemoveAbandoned(string parent)
    {
        // Some network file systems grant every lock: a second one on our own file tells.
        bool hasLocks;
        using (FileStream? second = TryLock(_lock.Name, FileMode.Open, FileOptions.None))
        {
            hasLocks = second is null;
        }

        IEnumerable<string> folders = Directory
            .GetDirectories(parent)
            .Concat(Directory.GetFiles(parent, $"*{LockExtension}").Select(file => file[..^LockExtension.Length]))
            .Distinct()
            .Where(folder => folder != _folder);
        foreach (string folder in folders)
        {
            string file = folder + LockExtension;
            if (!hasLocks && DateTime.UtcNow - File.GetLastWriteTimeUtc(file) < LongestItem)
            {
                continue;
            }

            using FileStream? held = TryLock(file, FileMode.OpenOrCreate, FileOptions.DeleteOnClose);
            if (held is not null)
            {
                Remove(folder);
            }
        }
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static FileStream? TryLock(string file, FileMode mode, FileOptions options = FileOptions.DeleteOnClose)
    {
        try
        {
            return new FileStream(file, mode, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, options);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
