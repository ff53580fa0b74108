namespace VampNet.Cli.Tests;

/// <summary>A folder of a test's own, removed with everything in it at the end.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("vampnet-cli-").FullName;

    /// <summary>The full path of a name in the folder, whether it exists or not.</summary>
    public string At(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file and returns its full path.</summary>
    public string Write(string name, byte[] contents)
    {
        File.WriteAllBytes(At(name), contents);
        return At(name);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
