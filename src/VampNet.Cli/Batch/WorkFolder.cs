using VampNet.Files;

namespace VampNet.Cli.Batch;

/// <summary>The folder in which one process writes outputs before they get their names. Folders of processes that were killed are removed
/// by the next one that starts.</summary>
internal sealed class WorkFolder : IDisposable
{
    private readonly TemporaryFolder _folder;

    private WorkFolder(TemporaryFolder folder)
    {
        _folder = folder;
        Clear();
    }

    /// <summary>Holds the outputs of the item that is being made, and nothing else.</summary>
    public string Stage => _folder.At("stage");

    /// <summary>Path of a record before it gets its name.</summary>
    public string RecordFile => _folder.At("record");

    /// <summary>Makes a folder for this process, and removes those of processes that were killed.</summary>
    /// <param name="parent">The folder that holds those of all processes.</param>
    public static WorkFolder Open(string parent)
    {
        Leftovers.Remove(parent);
        return new WorkFolder(new TemporaryFolder(parent));
    }

    /// <summary>An empty stage for the next item.</summary>
    public string Clear()
    {
        if (Directory.Exists(Stage))
        {
            Directory.Delete(Stage, recursive: true);
        }

        return Directory.CreateDirectory(Stage).FullName;
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();
}
