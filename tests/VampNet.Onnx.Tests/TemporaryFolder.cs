namespace VampNet.Onnx.Tests;

/// <summary>An empty folder that disappears with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("vampnet-onnx-").FullName;

    public string File(string name) => System.IO.Path.Combine(Root, name);

    public IEnumerable<string> FileNames =>
        Directory.EnumerateFiles(Root).Select(path => System.IO.Path.GetFileName(path)).Order(StringComparer.Ordinal);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
