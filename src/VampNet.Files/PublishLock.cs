namespace VampNet.Files;

/// <summary>One publisher at a time in a folder: two that rename several files each would leave a mixture.</summary>
internal sealed class PublishLock : IDisposable
{
    internal const string Name = ".vampnet.lock";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly FileStream _file;

    private PublishLock(FileStream file) => _file = file;

    /// <summary>Waits for the folder's lock. Renaming takes milliseconds, so this does too.</summary>
    public static PublishLock Of(string folder)
    {
        string path = Path.Combine(folder, Name);
        while (true)
        {
            FileStream? file = TryOpen(path);
            // The last holder removes the file; whoever had it open by then holds a lock on nothing.
            if (
                file is not null
                && FileIdentity.Of(file.SafeFileHandle) is var held
                && (held is null || held.Value.IsSameAs(FileIdentity.Of(path)))
            )
            {
                return new PublishLock(file);
            }

            file?.Dispose();
            Thread.Sleep(Pause);
        }
    }

    /// <summary>Removes the file that a killed process, or Windows, has left. A publisher that holds it is waited for.</summary>
    public static void Remove(string folder)
    {
        Of(folder).Dispose();
        if (OperatingSystem.IsWindows())
        {
            File.Delete(Path.Combine(folder, Name));
        }
    }

    public void Dispose()
    {
        if (OperatingSystem.IsWindows())
        {
            // An open file keeps its name there; whoever opens it next removes it.
            _file.Dispose();
            return;
        }

        File.Delete(_file.Name);
        _file.Dispose();
    }

    private static FileStream? TryOpen(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }
}
