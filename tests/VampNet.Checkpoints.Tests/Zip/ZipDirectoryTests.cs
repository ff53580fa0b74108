using System.Buffers.Binary;
using System.IO.Compression;
using VampNet.Checkpoints.Storages;
using VampNet.Checkpoints.Zip;

namespace VampNet.Checkpoints.Tests.Zip;

public sealed class ZipDirectoryTests
{
    private static readonly byte[] Archive = Archives.Zip(("a/one", [1, 2, 3]), ("a/two", [4, 5]));

    [Fact]
    public void Read_StoredEntries_FindsTheirBytes()
    {
        using MemoryBytes source = new("made", Archive);

        IReadOnlyList<ZipEntry> entries = ZipDirectory.Read(source, CheckpointLimits.Default);

        Assert.Equal(["a/one", "a/two"], entries.Select(entry => entry.Name));
        Assert.Equal([1, 2, 3], Data(source, entries[0]));
        Assert.Equal([4, 5], Data(source, entries[1]));
    }

    [Fact]
    public void Read_Zip64FieldsAndEndRecord_AreFollowed()
    {
        using MemoryBytes source = new("made", Zip64.Widen(Archive));

        IReadOnlyList<ZipEntry> entries = ZipDirectory.Read(source, CheckpointLimits.Default);

        Assert.Equal([4, 5], Data(source, entries[1]));
    }

    [Fact]
    public void Read_Zip64FieldMissing_IsRefused() => AssertRefused("VNC0202", Patched(Directory + 24, [0xff, 0xff, 0xff, 0xff]));

    [Fact]
    public void Read_ACommentAfterTheEndRecord_IsAccepted()
    {
        byte[] archive = [.. Archive[..^2], 5, 0, .. "PK\u0005\u0006!"u8];
        using MemoryBytes source = new("made", archive);

        Assert.Equal(2, ZipDirectory.Read(source, CheckpointLimits.Default).Count);
    }

    [Fact]
    public void Read_ACompressedEntry_IsRefused() =>
        AssertRefused("VNC0206", Archives.Zip(CompressionLevel.Optimal, ("a/one", new byte[1000])));

    [Fact]
    public void Read_AnEncryptedEntry_IsRefused() => AssertRefused("VNC0206", Patched(Directory + 8, [1, 0]));

    [Fact]
    public void Read_TwoEntriesOfOneName_IsRefused() => AssertRefused("VNC0204", Archives.Zip(("a/one", [1]), ("a/one", [2])));

    [Fact]
    public void Read_AnEntryThatLiesWithinAnother_IsRefused()
    {
        // The data of the outer entry is an archive of its own, whose local header the directory then points to as well.
        byte[] inner = Archives.Zip(("a/in", [7]));
        byte[] archive = Archives.Zip(("a/out", inner), ("a/in", [7]));
        int outerData = archive.AsSpan(4).IndexOf("PK\u0003\u0004"u8) + 4;
        int directory = BinaryPrimitives.ReadInt32LittleEndian(archive.AsSpan(archive.Length - 6));
        BinaryPrimitives.WriteInt32LittleEndian(archive.AsSpan(directory + 46 + "a/out".Length + 42), outerData);

        AssertRefused("VNC0205", archive);
    }

    [Theory]
    [InlineData("VNC0202", 0, 0x77)] // signature
    [InlineData("VNC0205", 28, 0x77)] // length of the extra field
    [InlineData("VNC0207", 30, 0x77)] // name
    [InlineData("VNC0208", 35, 0x77)] // data
    public void Read_ALocalHeaderThatDisagrees_IsRefusedWhenItsDataIsRead(string id, int at, byte value)
    {
        using MemoryBytes source = new("made", Patched(at, [value]));
        ZipEntry entry = ZipDirectory.Read(source, CheckpointLimits.Default)[0];

        CheckpointException error = Assert.Throws<CheckpointException>(() => Data(source, entry));

        Assert.Equal((id, "made"), (error.Id, error.Path));
    }

    [Theory]
    [InlineData(0, "the signature of the entry")]
    [InlineData(20, "the stored size alone")]
    [InlineData(28, "the length of the name")]
    public void Read_ADamagedDirectory_IsRefused(int at, string what)
    {
        Assert.NotEmpty(what);
        AssertRefused("VNC0202", Patched(Directory + at, [0x77]));
    }

    [Fact]
    public void Read_AnOffsetBeyondTheFile_IsRefused() => AssertRefused("VNC0205", Patched(Directory + 43, [0x77]));

    [Theory]
    [InlineData(4)] // number of this disk
    [InlineData(10)] // entries
    [InlineData(13)] // directory length
    [InlineData(17)] // directory offset
    public void Read_ADamagedEndRecord_IsRefused(int at) => AssertRefused("VNC0202", Patched(Archive.Length - 22 + at, [0x77]));

    [Fact]
    public void Read_MoreEntriesThanAllowed_IsRefused()
    {
        using MemoryBytes source = new("made", Archive);

        Assert.Equal(
            "VNC0202",
            Assert.Throws<CheckpointException>(() => ZipDirectory.Read(source, new CheckpointLimits { ZipEntries = 1 })).Id
        );
    }

    [Theory]
    [InlineData("../a/one")]
    [InlineData("/a/one")]
    [InlineData("a\\one")]
    [InlineData("C:/one")]
    [InlineData("a/\u0001")]
    public void Read_AnUnsafeName_IsRefused(string name) => AssertRefused("VNC0203", Archives.Zip((name, [1])));

    private static int Directory => BinaryPrimitives.ReadInt32LittleEndian(Archive.AsSpan(Archive.Length - 6));

    private static byte[] Data(MemoryBytes source, ZipEntry entry) => new ZipStorage(source, entry).Read(0, entry.Length).ToArray();

    private static byte[] Patched(int at, byte[] bytes)
    {
        byte[] archive = [.. Archive];
        bytes.CopyTo(archive, at);
        return archive;
    }

    private static void AssertRefused(string id, byte[] archive)
    {
        using MemoryBytes source = new("made", archive);
        CheckpointException error = Assert.Throws<CheckpointException>(() => ZipDirectory.Read(source, CheckpointLimits.Default));
        Assert.True(error.Id == id, $"Expected {id}, found {error.Message}");
    }
}
