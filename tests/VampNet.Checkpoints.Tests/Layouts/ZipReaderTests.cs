namespace VampNet.Checkpoints.Tests.Layouts;

public sealed class ZipReaderTests
{
    [Fact]
    public void Read_ASavedStateDict_GivesItsTensors()
    {
        using Checkpoint checkpoint = Archives.Read(Archives.Pth(Archives.Saved("N")));

        Assert.Equal([1f, 2f, 3f, 4f, 5f, 6f], checkpoint.Tensors["w"].ToSingles());
        Assert.Equal("w: float32 [2, 3]", checkpoint.Tensors["w"].ToString());
    }

    [Fact]
    public void Read_AStorageWithFlippedBits_IsRefusedWhenItIsFirstRead()
    {
        byte[] bytes = Archives.Pth(Archives.Saved("N"));
        bytes[bytes.AsSpan().IndexOf(Archives.Storage) + 5] ^= 1;
        using Checkpoint checkpoint = Archives.Read(bytes);

        CheckpointException error = Assert.Throws<CheckpointException>(() => checkpoint.Tensors["w"].ToSingles());

        Assert.Equal("VNC0208", error.Id);
        Assert.Contains("'a/data/0'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_APickleWithFlippedBits_IsRefused()
    {
        byte[] pickle = Archives.Saved("N");
        byte[] bytes = Archives.Pth(pickle);
        bytes[bytes.AsSpan().IndexOf(pickle) + 10] ^= 1;

        Archives.Refused("VNC0208", bytes);
    }

    [Theory]
    [InlineData("big", true)]
    [InlineData("Little", true)]
    [InlineData("little", false)]
    public void Read_AByteOrderRecord_MustSayLittle(string order, bool refused)
    {
        byte[] bytes = Archives.Zip(
            ("a/data.pkl", Archives.Saved("N")),
            ("a/data/0", Archives.Storage),
            ("a/byteorder", System.Text.Encoding.ASCII.GetBytes(order))
        );

        if (refused)
        {
            Archives.Refused("VNC0210", bytes);
        }
        else
        {
            Archives.Read(bytes).Dispose();
        }
    }

    [Fact]
    public void Read_AnArchiveWithoutAPickle_IsRefused() => Archives.Refused("VNC0209", Archives.Zip(("a/readme.txt", [1])));

    [Fact]
    public void Read_AnEmptyArchive_IsRefused() => Archives.Refused("VNC0209", Archives.Zip());

    [Fact]
    public void Read_EntriesInTwoFolders_IsRefused() =>
        Archives.Refused("VNC0209", Archives.Zip(("a/data.pkl", Archives.Pickle("}")), ("b/data/0", [1])));

    [Fact]
    public void Read_APackageOfTwoPickles_IsRefused() =>
        Assert.Contains(
            "2 pickles: p/m/a.pkl, p/m/b.pth",
            Archives.Refused("VNC0209", Archives.Zip(("p/m/a.pkl", [1]), ("p/m/b.pth", [1]))),
            StringComparison.Ordinal
        );

    [Fact]
    public void Read_APickleBeyondTheLimit_IsRefused() =>
        Archives.Refused("VNC0306", Archives.Pth(Archives.Saved("N")), new CheckpointLimits { PickleBytes = 20 });

    [Fact]
    public void Read_AMissingStorage_IsRefused() => Archives.Refused("VNC0405", Archives.Zip(("a/data.pkl", Archives.Saved("N"))));

    [Theory]
    [InlineData(5)]
    [InlineData(7)]
    public void Read_AStorageOfAnotherLengthThanDeclared_IsRefused(int count) =>
        Archives.Refused("VNC0406", Archives.Pth(Archives.Saved("N", Archives.TensorOn("FloatStorage", count, 0, [1], [1]))));

    [Theory]
    [InlineData("VNC0406", 1, new[] { 2, 3 }, new[] { 3, 1 })]
    [InlineData("VNC0406", 0, new[] { 2, 3 }, new[] { 4, 1 })]
    [InlineData("VNC0406", 7, new[] { 1 }, new[] { 1 })]
    [InlineData("VNC0408", -1, new[] { 1 }, new[] { 1 })]
    [InlineData("VNC0408", 0, new[] { -1 }, new[] { 1 })]
    [InlineData("VNC0408", 0, new[] { 2 }, new[] { -1 })]
    [InlineData("VNC0408", 0, new[] { 2, 3 }, new[] { 1 })]
    [InlineData("VNC0408", 0, new[] { int.MaxValue, int.MaxValue, int.MaxValue }, new[] { 0, 0, 0 })]
    [InlineData("VNC0411", 0, new[] { 100_000, 100_000 }, new[] { 0, 0 })]
    public void Read_AViewBeyondItsStorage_IsRefused(string id, int offset, int[] shape, int[] strides) =>
        Archives.Refused(id, Archives.Pth(Archives.Saved("N", Archives.TensorOn("FloatStorage", 6, offset, shape, strides))));

    [Fact]
    public void Read_AViewAcrossAStoragePart_SeesThatPartAlone()
    {
        string windowed =
            "ctorch._utils\n_rebuild_tensor_v2\n((X\u0007\0\0\0storagectorch\nFloatStorage\n"
            + $"{Archives.Text("0")}{Archives.Text("cpu")}K\u0006({Archives.Text("part")}K\u0002K\u0003"
            + "ttQK\0K\u0003\u0085K\u0001\u0085\u0089NtR";
        using Checkpoint checkpoint = Archives.Read(Archives.Pth(Archives.Saved("N", windowed)));

        Assert.Equal([3f, 4f, 5f], checkpoint.Tensors["w"].ToSingles());
    }
}
