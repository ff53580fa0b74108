using System.Diagnostics;

namespace VampNet.Files;

/// <summary>Lock that admits one publisher at a time to a folder: two that rename several files each could leave a mixture.</summary>
internal sealed class PublishLock : IDisposable
{
    internal const string Name = ".vampnet.lock";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    // Far longer than renaming takes; after it, waiting ends with the error of opening the lock file.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private readonly FileStream _file;

    private PublishLock(FileStream file) => _file = file;

    /// <summary>Waits for the folder's lock. Renaming takes milliseconds, so this does too.</summary>
    public static PublishLock Acquire(string folder)
    {
        string path = Path.Combine(folder, Name);
        for (var waited = Stopwatch.StartNew(); ; )
        {
            FileStream? file = TryOpen(path, mayWait: waited.Elapsed < LongestWait);
            // The last holder removes the file; whoever had it open by then holds a lock on nothing.
            if (
                file is not null
                && FileIdentity.Read(file.SafeFileHandle) is var held
                && (held is null || held.Value.IsSameAs(FileIdentity.Read(path)))
            )
            {
                return new PublishLock(file);
            }

            file?.Dispose();
            Thread.Sleep(Pause);
        }
    }

    public void Dispose()
    {
        if (!OperatingSystem.IsWindows())
        {
            // While it is held: whoever opens the name next makes a file of its own.
            File.Delete(_file.Name);
            _file.Dispose();
            return;
        }

        _file.Dispose();
        try
        {
            File.Delete(_file.Name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next publisher has it open, and will remove it.
        }
    }

    private static FileStream? TryOpen(string path, bool mayWait)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (mayWait && e is (IOException or UnauthorizedAccessException))
        {
            return null;
        }
    }
}
