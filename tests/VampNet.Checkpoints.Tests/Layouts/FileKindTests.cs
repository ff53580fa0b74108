using System.Text;

namespace VampNet.Checkpoints.Tests.Layouts;

public sealed class FileKindTests
{
    [Theory]
    [InlineData("VNC0104", "\u001f\u008b\b\0", "gzip")]
    [InlineData("VNC0104", "\u0089HDF\r\n", "HDF5")]
    [InlineData("VNC0104", "\u0093NUMPY\u0001", "NumPy")]
    [InlineData("VNC0104", "RIFF\0\0\0\0WAVE", "RIFF")]
    [InlineData("VNC0104", "[1, 2]", "JSON")]
    [InlineData("VNC0104", "\u0080\u0002}.", "pickle")]
    [InlineData("VNC0105", "\u0008\u0008\u0012\u0007pytorch", "08081207")]
    [InlineData("VNC0105", "x", "78")]
    [InlineData("VNC0102", "\r\n <html lang=en>", "<html lang=en>")]
    [InlineData("VNC0103", "version https://git-lfs.github.com/spec/v1", "git lfs pull")]
    public void Detect_AFileOfAnotherKind_NamesIt(string id, string head, string named) =>
        Assert.Contains(named, Archives.Refused(id, Encoding.Latin1.GetBytes(head)), StringComparison.Ordinal);

    [Fact]
    public void Detect_ATarArchive_IsNamed()
    {
        byte[] tar = new byte[1024];
        "sys_info"u8.CopyTo(tar);
        "ustar"u8.CopyTo(tar.AsSpan(257));

        Assert.Contains("tar archive", Archives.Refused("VNC0104", tar), StringComparison.Ordinal);
    }

    [Fact]
    public void Detect_ATorchScriptArchive_IsNamed() =>
        Assert.Contains(
            "TorchScript",
            Archives.Refused("VNC0104", Archives.Zip(("m/data.pkl", Archives.Pickle("}")), ("m/constants.pkl", Archives.Pickle(")")))),
            StringComparison.Ordinal
        );
}
