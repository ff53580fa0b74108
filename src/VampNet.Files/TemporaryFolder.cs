namespace VampNet.Files;

/// <summary>A folder for intermediate files, removed when disposed. If its process is killed, <see cref="Leftovers"/> removes it.</summary>
public sealed class TemporaryFolder : IDisposable
{
    private readonly StagingFolder _folder;

    /// <param name="parent">Folder to make it in; null for the system's folder for temporary files.</param>
    public TemporaryFolder(string? parent = null) => _folder = StagingFolder.In(parent ?? System.IO.Path.GetTempPath());

    /// <summary>The folder.</summary>
    public string Path => _folder.New("");

    /// <summary>The path of a file in it.</summary>
    public string At(string name) => _folder.New(name);

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();
}
