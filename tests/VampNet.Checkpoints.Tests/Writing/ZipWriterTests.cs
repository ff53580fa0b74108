using VampNet.Checkpoints.Storages;
using VampNet.Checkpoints.Writing;
using VampNet.Checkpoints.Zip;
using VampNet.TestSupport;

namespace VampNet.Checkpoints.Tests.Writing;

public sealed class ZipWriterTests
{
    [Fact]
    public void Finish_BeyondFourGigabytes_KeepsEveryEntryInReach()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("far.zip");
        byte[] zeros = new byte[256 << 20];
        using (SparseFile file = new(path))
        {
            ZipWriter zip = new(file);
            for (int i = 0; i < 17; i++)
            {
                zip.Add($"a/{i}", zeros);
            }

            zip.Add("a/last", [1, 2, 3]);
            zip.Finish();
        }

        using ByteSource source = MappedFile.Open(path);
        ZipEntry last = ZipDirectory.Read(source, CheckpointLimits.Default)[^1];

        Assert.True(last.HeaderOffset > uint.MaxValue, $"The last entry lies at {last.HeaderOffset}, which 32 bits hold.");
        Assert.Equal([1, 2, 3], new ZipStorage(source, last).Read(0, 3).ToArray());
    }
}
