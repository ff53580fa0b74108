using VampNet.Models;
using VampNet.Runtime.Models;

namespace VampNet.Runtime.Tests.Models;

public sealed class SessionCacheTests(ExportedModels exported) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vampnet-cache-");

    private SessionCacheOptions Cache => new() { Folder = Path.Combine(_folder.FullName, "cache"), LeastWeights = 1 };

    private string Coarse => Path.Combine(exported.Micro.Folder, ModelFiles.Coarse);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Open_EmptyCache_SavesAnEntryWithTheSameResults()
    {
        float[] cold = Logits(Cache);

        Assert.Equal(Logits(null), cold);
        Assert.True(SessionEntry.IsWhole(Assert.Single(Entries())));
    }

    [Theory]
    [InlineData("prepacked_0\x12(MatMul+123|12416;4096;0p\x01", true)]
    [InlineData("prepacked_0\x12(MatMul+123|12416;4096;0|128;5;0p\x01", true)]
    [InlineData("prepacked_0\x12(MatMul+123|12416;4096;0p\x01prepacked_1\x12'MatMul+9|52616;4096;0p", false)]
    [InlineData("prepacked_0\x12(MatMul+123|64;4096;0|72;5;0p\x01", false)]
    [InlineData("no such entry", true)]
    public void AreAligned_OffsetsOfPackedWeights_AreMultiplesOf64(string graph, bool expected) =>
        Assert.Equal(expected, PackedWeights.AreAligned(System.Text.Encoding.Latin1.GetBytes(graph)));

    [Theory]
    [InlineData(ModelFiles.Coarse)]
    [InlineData(ModelFiles.CodecDecoder)]
    public void Open_AnyModel_SavesOnlyPackedWeightsThatAreAligned(string name)
    {
        Open(name, Cache);

        Assert.True(PackedWeights.AreAligned(File.ReadAllBytes(GraphOf(Assert.Single(Entries())))));
    }

    [Fact]
    public void Open_SavedEntry_IsReadAndNotWritten()
    {
        Logits(Cache);
        DateTime written = File.GetLastWriteTimeUtc(GraphOf(Assert.Single(Entries())));

        float[] warm = Logits(Cache);

        Assert.Equal(Logits(null), warm);
        Assert.Equal(written, File.GetLastWriteTimeUtc(GraphOf(Assert.Single(Entries()))));
    }

    [Theory]
    [InlineData(SessionEntry.WeightsName)]
    [InlineData(SessionEntry.GraphName)]
    [InlineData(SessionEntry.Name)]
    public void Open_DamagedEntry_IsMadeAgain(string name)
    {
        Logits(Cache);
        string damaged = Path.Combine(Assert.Single(Entries()), name);
        using (FileStream stream = new(damaged, FileMode.Open))
        {
            stream.SetLength(stream.Length / 2);
        }

        float[] logits = Logits(Cache);

        Assert.Equal(Logits(null), logits);
        Assert.True(SessionEntry.IsWhole(Assert.Single(Entries())));
    }

    [Fact]
    public void Open_GraphThatDoesNotLoadThoughItsDescriptionFits_OpensTheModelItself()
    {
        Logits(Cache);
        string entry = Assert.Single(Entries());
        File.WriteAllText(GraphOf(entry), "no graph");
        File.WriteAllBytes(Path.Combine(entry, SessionEntry.Name), SessionEntry.Describe(entry).ToJson());

        Assert.Equal(Logits(null), Logits(Cache));
    }

    [Fact]
    public void Open_ModelOfOtherWeights_HasAnEntryOfItsOwn()
    {
        string folder = exported.Copy(exported.Micro);
        string copy = Path.Combine(folder, ModelFiles.Coarse);
        string[] keys = [Key(Coarse), Key(copy)];
        string weights = copy + ".data";
        byte[] bytes = File.ReadAllBytes(weights);
        bytes[^1] ^= 1;
        File.WriteAllBytes(weights, bytes);
        File.SetLastWriteTimeUtc(weights, DateTime.UtcNow.AddMinutes(1));

        Assert.Equal(keys[0], keys[1]);
        Assert.NotEqual(keys[0], Key(copy));
    }

    [Fact]
    public void Key_AnotherMachineOrRuntime_IsAnother()
    {
        Assert.NotEqual(Key(Coarse), SessionKey.Compute(Coarse, Cache, SessionKey.Machine + " avx10"));
        Assert.Equal(Key(Coarse), SessionKey.Compute(Coarse, Cache, SessionKey.Machine));
    }

    [Fact]
    public void Key_FewWeightsOrMoreThanTheCacheHolds_IsNone()
    {
        Assert.Null(SessionKey.Compute(Coarse, Cache with { LeastWeights = 1 << 30 }, SessionKey.Machine));
        Assert.Null(SessionKey.Compute(Coarse, Cache with { MostBytes = 1000 }, SessionKey.Machine));
    }

    [Fact]
    public void Open_CacheThatIsFull_RemovesWhatWasUsedLongestAgo()
    {
        string[] names = [ModelFiles.Coarse, ModelFiles.CoarseToFine, ModelFiles.CodecDecoder];
        List<string> made = [];
        foreach (string name in names[..2])
        {
            Open(name, Cache);
            made.Add(Entries().Except(made).Single());
        }

        Open(names[0], Cache);
        File.SetLastWriteTimeUtc(Path.Combine(made[1], SessionEntry.Name), DateTime.UtcNow.AddHours(-1));
        long third = 2 * new FileInfo(Path.Combine(exported.Micro.Folder, names[2] + ".data")).Length;
        Open(names[2], Cache with { MostBytes = Math.Max(third, made.Sum(Bytes)) });

        Assert.Contains(made[0], Entries());
        Assert.DoesNotContain(made[1], Entries());
        Assert.Equal(2, Entries().Count);

        static long Bytes(string entry) => new DirectoryInfo(entry).GetFiles().Sum(file => file.Length);
    }

    [Fact]
    public void Open_CacheThatCannotBeWritten_OpensTheModelItself()
    {
        File.WriteAllText(Cache.Folder, "a file");

        Assert.Equal(Logits(null), Logits(Cache));
    }

    [Fact]
    public void Open_DamagedModel_IsRefusedAsWithoutACache()
    {
        string copy = Path.Combine(exported.Copy(exported.Micro), ModelFiles.Coarse);
        File.WriteAllText(copy, "no graph");

        RuntimeException problem = Assert.Throws<RuntimeException>(() =>
            OnnxTokenModel.Open(copy, new ModelOptions { SessionCache = Cache })
        );

        Assert.Equal("VNR0302", problem.Id);
    }

    [Fact]
    public async Task Open_ManyAtOnceInOneProcess_KeepOneEntry()
    {
        float[][] logits = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Logits(Cache))));

        Assert.All(logits, each => Assert.Equal(Logits(null), each));
        Assert.True(SessionEntry.IsWhole(Assert.Single(Entries())));
    }

    [Fact]
    public async Task Open_TwoProcessesAtOnce_KeepOneWholeEntry()
    {
        await Task.WhenAll(RunAsync(), RunAsync());

        Assert.True(SessionEntry.IsWhole(Assert.Single(Entries())));
        Assert.Empty(Directory.GetFileSystemEntries(Cache.Folder, ".vampnet-*"));
    }

    [Fact(Explicit = true)]
    public void Case_OneOfTwoProcesses_HasTheSameResults()
    {
        string folder = Environment.GetEnvironmentVariable(SessionCacheOptions.Variable)!;

        Assert.Equal(Logits(null), Logits(Cache with { Folder = folder }));
    }

    private Task RunAsync() =>
        OwnProcess.RunAsync(nameof(Case_OneOfTwoProcesses_HasTheSameResults), (SessionCacheOptions.Variable, Cache.Folder));

    private float[] Logits(SessionCacheOptions? cache)
    {
        using OnnxTokenModel model = OnnxTokenModel.Open(Coarse, new ModelOptions { SessionCache = cache });
        float[] logits = new float[5 * 4 * 64];
        model.ComputeLogits(new TokenGrid<long>(1, 4, 5), logits, TestContext.Current.CancellationToken);
        return logits;
    }

    private void Open(string name, SessionCacheOptions cache)
    {
        string path = Path.Combine(exported.Micro.Folder, name);
        ModelOptions options = new() { SessionCache = cache };
        using IDisposable model =
            name == ModelFiles.CodecDecoder ? VampNet.Runtime.Codec.CodecDecoder.Open(path, options) : OnnxTokenModel.Open(path, options);
    }

    private string Key(string path) => SessionKey.Compute(path, Cache, SessionKey.Machine)!;

    private List<string> Entries() =>
        Directory.Exists(Cache.Folder)
            ? [.. Directory.GetDirectories(Cache.Folder).Where(path => Path.GetFileName(path).Length == 64)]
            : [];

    private static string GraphOf(string entry) => Path.Combine(entry, SessionEntry.GraphName);
}
