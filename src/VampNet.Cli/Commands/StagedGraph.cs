namespace VampNet.Cli.Commands;

/// <summary>A graph that is written and judged in a folder beside its final place, and moved there only when it is good.</summary>
internal sealed class StagedGraph : IDisposable
{
    // With the process it makes a name that no other write has.
    private static long Count;

    private readonly string _final;
    private readonly DirectoryInfo _staging;

    /// <param name="final">The graph's final path; folders on the way are made.</param>
    public StagedGraph(string final)
    {
        _final = final;
        string folder = System.IO.Path.GetDirectoryName(final)!;
        _staging = Directory.CreateDirectory(
            System.IO.Path.Combine(
                folder,
                $".{System.IO.Path.GetFileName(final)}.{Environment.ProcessId}-{Interlocked.Increment(ref Count)}.partial"
            )
        );
    }

    /// <summary>Where to write the graph meanwhile. Its name is the final one: the graph names its data file by it.</summary>
    public string Path => System.IO.Path.Combine(_staging.FullName, System.IO.Path.GetFileName(_final));

    /// <summary>Moves the files to their final place, the graph last; earlier ones are replaced.</summary>
    public void Publish()
    {
        string folder = System.IO.Path.GetDirectoryName(_final)!;
        if (_staging.GetFiles().Length > 1)
        {
            // An old graph must never be seen with new weights.
            File.Delete(_final);
        }

        foreach (FileInfo file in _staging.GetFiles().OrderBy(file => file.FullName == Path))
        {
            file.MoveTo(System.IO.Path.Combine(folder, file.Name), overwrite: true);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _staging.Delete(recursive: true);
}
