namespace VampNet.Files.Tests;

public sealed class WholeFileTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("vampnet-files-");

    [Fact]
    public void Write_NewFolderAndEarlierFile_EndsWithTheContentsAlone()
    {
        string path = Path.Combine(_root.FullName, "reports", "demo.md");

        WholeFile.Write(path, "first, and longer"u8.ToArray());
        WholeFile.Write(path, "second"u8.ToArray());

        Assert.Equal("second", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void Write_TargetThatCannotBeReplaced_LeavesNothingBehind()
    {
        string occupied = Path.Combine(_root.FullName, "report.md");
        Directory.CreateDirectory(Path.Combine(occupied, "inside"));

        Assert.ThrowsAny<Exception>(() => WholeFile.Write(occupied, "text"u8.ToArray()));

        Assert.Equal(["report.md"], Directory.GetFileSystemEntries(_root.FullName).Select(Path.GetFileName));
    }

    public void Dispose() => _root.Delete(recursive: true);
}
