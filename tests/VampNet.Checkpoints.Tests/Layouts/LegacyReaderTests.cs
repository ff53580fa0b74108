namespace VampNet.Checkpoints.Tests.Layouts;

public sealed class LegacyReaderTests
{
    private const string LittleEndian = "}X\r\0\0\0little_endian\u0088s";

    [Fact]
    public void Read_AStream_GivesItsTensors()
    {
        using Checkpoint checkpoint = Archives.Read(Stream());

        Assert.Equal([1f, 2f, 3f, 4f, 5f, 6f], checkpoint.Tensors["w"].ToSingles());
        Assert.Equal(CheckpointLayout.LegacyStream, checkpoint.Layout);
    }

    [Theory]
    [InlineData("VNC0501", "K\u0001", LittleEndian, "](X\u0001\0\0\00e")]
    [InlineData("VNC0501", "M\u00e9\u0003", "N", "](X\u0001\0\0\00e")]
    [InlineData("VNC0210", "M\u00e9\u0003", "}X\r\0\0\0little_endian\u0089s", "](X\u0001\0\0\00e")]
    [InlineData("VNC0501", "M\u00e9\u0003", LittleEndian, "N")]
    [InlineData("VNC0501", "M\u00e9\u0003", LittleEndian, "](X\u0001\0\0\09e")]
    [InlineData("VNC0501", "M\u00e9\u0003", LittleEndian, "](X\u0001\0\0\00X\u0001\0\0\00e")]
    [InlineData("VNC0405", "M\u00e9\u0003", LittleEndian, "]")]
    public void Read_ADamagedStream_IsRefused(string id, string version, string system, string keys) =>
        Archives.Refused(id, Stream(version, system, keys));

    [Fact]
    public void Read_AStreamCutShort_IsRefused() => Archives.Refused("VNC0502", Stream()[..^1]);

    [Fact]
    public void Read_AStorageOfAnotherLengthThanDeclared_IsRefused() => Archives.Refused("VNC0406", Stream(count: 5));

    [Fact]
    public void Read_ADeclaredLengthBeyondTheFile_IsRefused() =>
        Archives.Refused("VNC0502", Stream(tensor: Archives.TensorOn("DoubleStorage", int.MaxValue, 0, [1], [1])));

    private static byte[] Stream(
        string version = "M\u00e9\u0003",
        string system = LittleEndian,
        string keys = "](X\u0001\0\0\00e",
        string? tensor = null,
        byte count = 6
    ) =>
        [
            .. Archives.Pickle("\u008a\n\u006c\u00fc\u009c\u0046\u00f9\u0020\u006a\u00a8\u0050\u0019"),
            .. Archives.Pickle(version),
            .. Archives.Pickle(system),
            .. Archives.Saved("N", tensor),
            .. Archives.Pickle(keys),
            count,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            .. Archives.Storage,
        ];
}
