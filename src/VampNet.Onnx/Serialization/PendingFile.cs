namespace VampNet.Onnx.Serialization;

/// <summary>A file that is written beside its final name, and takes it only when complete; otherwise it disappears.</summary>
internal sealed class PendingFile : IDisposable
{
    // With the process it makes a name that no other write has.
    private static long Count;

    private readonly string _path;
    private readonly string _pendingPath;
    private bool _committed;

    /// <exception cref="IOException">The file cannot be created.</exception>
    public PendingFile(string path)
    {
        _path = path;
        _pendingPath = $"{path}.{Environment.ProcessId}-{Interlocked.Increment(ref Count)}.partial";
        Stream = new FileStream(_pendingPath, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);
    }

    /// <summary>Where to write.</summary>
    public FileStream Stream { get; }

    /// <summary>Gives the file its final name, replacing what has it.</summary>
    public void Commit()
    {
        Stream.Flush(flushToDisk: true);
        Stream.Dispose();
        File.Move(_pendingPath, _path, overwrite: true);
        _committed = true;
    }

    public void Dispose()
    {
        if (!_committed)
        {
            try
            {
                Stream.Dispose();
            }
            finally
            {
                File.Delete(_pendingPath);
            }
        }
    }
}
