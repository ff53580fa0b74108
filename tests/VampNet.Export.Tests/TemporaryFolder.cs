namespace VampNet.Export.Tests;

/// <summary>A fresh folder that disappears with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("vampnet-export-").FullName;

    public string this[string name] => Path.Combine(Root, name);

    public string[] Entries =>
        [
            .. Directory
                .EnumerateFileSystemEntries(Root, "*", SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(Root, path))
                .Order(),
        ];

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
