using VampNet.Cli.Batch;

namespace VampNet.Cli.Tests.Batch;

public sealed class BatchFolderTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();
    private readonly BatchFolder _folder;

    public BatchFolderTests() => _folder = new BatchFolder(_temporary.At("out"));

    [Fact]
    public void IsFinished_AfterPublish_HoldsForTheKeyAndTheBytesAlone()
    {
        Assert.False(_folder.IsFinished("a.wav", "key"));
        Publish("a.wav", "key", ("a.wav", "sound"), ("a.json", "settings"));

        Assert.True(_folder.IsFinished("a.wav", "key"));
        Assert.False(_folder.IsFinished("a.wav", "other"));
        File.WriteAllText(_folder.PathOf("a.json"), "sEttings");
        Assert.False(_folder.IsFinished("a.wav", "key"));
        File.WriteAllText(_folder.PathOf("a.json"), "settings");
        Assert.True(_folder.IsFinished("a.wav", "key"));
        File.Delete(_folder.PathOf("a.wav"));
        Assert.False(_folder.IsFinished("a.wav", "key"));
    }

    [Fact]
    public void Publish_OtherOutputsThanBefore_RemovesTheEarlierOnes()
    {
        Publish("s/a.wav", "two", ("s/a-1.wav", "1"), ("s/a-2.wav", "2"));
        Publish("s/a.wav", "one", ("s/a.wav", "3"));

        Assert.Equal(["a.wav"], Directory.GetFiles(_temporary.At("out/s")).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"format":"vampnet-batch-item/2","key":"key","is_finished":true,"outputs":[]}""")]
    [InlineData("""{"format":"vampnet-batch-item/1","key":"key","is_finished":true,"outputs":null}""")]
    [InlineData("""{"format":"vampnet-batch-item/1","key":"key","is_finished":false,"outputs":[]}""")]
    public void IsFinished_DamagedOrUnfinishedRecord_DoesNotHold(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.RecordOf("a.wav"))!);
        File.WriteAllText(_folder.RecordOf("a.wav"), text);

        Assert.False(_folder.IsFinished("a.wav", "key"));
    }

    [Fact]
    public void RequireOwn_AFileOfTheUsers_IsRefusedAndOwnOnesAreNot()
    {
        Publish("a.wav", "key", ("a.wav", "sound"));
        File.WriteAllText(_folder.PathOf("b.wav"), "mine");

        _folder.RequireOwn("a.wav", ["a.wav"]);
        Assert.Equal("VNL0033", Assert.Throws<CommandException>(() => _folder.RequireOwn("b.wav", ["b.wav"])).Id);
        Assert.Equal("VNL0033", Assert.Throws<CommandException>(() => _folder.RequireOwn("b.wav", ["a.wav"])).Id);
    }

    [Fact]
    public void Open_FolderOfAKilledProcess_IsRemovedAndThatOfALivingOneIsNot()
    {
        string killed = Path.Combine(_folder.Work, ".vampnet-2147483647-1.partial");
        Directory.CreateDirectory(Path.Combine(killed, "new", "stage"));
        File.WriteAllText(Path.Combine(killed, "lock"), "");
        string unlocked = Path.Combine(_folder.Work, ".vampnet-2147483647-2.partial");
        Directory.CreateDirectory(unlocked);
        Directory.SetLastWriteTimeUtc(unlocked, DateTime.UtcNow.AddHours(-2));

        using (WorkFolder first = WorkFolder.Open(_folder.Work))
        {
            File.WriteAllText(Path.Combine(first.Clear(), "half"), "");
            using WorkFolder second = WorkFolder.Open(_folder.Work);

            Assert.False(Directory.Exists(killed));
            Assert.False(Directory.Exists(unlocked));
            Assert.True(File.Exists(Path.Combine(first.Stage, "half")));
            Assert.NotEqual(first.Stage, second.Stage);
            Assert.Empty(Directory.GetFiles(first.Clear()));
        }

        Assert.Empty(Directory.GetFileSystemEntries(_folder.Work));
    }

    public void Dispose() => _temporary.Dispose();

    private void Publish(string name, string key, params (string Name, string Text)[] files)
    {
        using WorkFolder work = WorkFolder.Open(_folder.Work);
        foreach ((string file, string text) in files)
        {
            string path = Path.Combine(work.Stage, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }

        _folder.Publish(name, key, work);
    }
}
