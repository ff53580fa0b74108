namespace VampNet.Files.Tests;

public sealed class WholeFolderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vampnet-folder-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Remove_FolderWithFiles_LeavesNothing()
    {
        string path = _folder.CreateSubdirectory("a").CreateSubdirectory("b").Parent!.FullName;
        File.WriteAllText(Path.Combine(path, "b", "file"), "text");

        WholeFolder.Remove(path);

        Assert.Empty(_folder.GetFileSystemInfos());
    }

    [Fact]
    public void Remove_AbsentFolder_DoesNothing()
    {
        WholeFolder.Remove(Path.Combine(_folder.FullName, "none"));

        Assert.Empty(_folder.GetFileSystemInfos());
    }

    [Fact]
    public void Flush_FolderThatOtherCodeWrote_FlushesEachFile()
    {
        List<string> flushed = [];
        FileCalls.Before = (call, path) => flushed.AddRange(call == FileCall.Flush ? [Path.GetFileName(path)] : []);
        try
        {
            string final = Path.Combine(_folder.FullName, "set");
            using FileSet files = new(final);
            string staged = files.Stage(final);
            Directory.CreateDirectory(staged);
            File.WriteAllText(Path.Combine(staged, "one"), "1");
            File.WriteAllText(Path.Combine(staged, "two"), "2");

            files.Flush(final);
            files.Publish();

            Assert.Equal(FileCalls.IsFlushing ? ["one", "two"] : [], flushed.Order());
            Assert.Equal("1", File.ReadAllText(Path.Combine(final, "one")));
        }
        finally
        {
            FileCalls.Before = null;
        }
    }
}
