using System.Text;
using VampNet.TestSupport;

namespace VampNet.Checkpoints.Tests.Layouts;

public sealed class SafeTensorsReaderTests
{
    [Fact]
    public void Read_AGoldenFile_GivesTensorsAndMetadata()
    {
        using Checkpoint checkpoint = Checkpoint.Open(Golden.Path("tiny/masks.safetensors"));

        Assert.Equal(CheckpointLayout.SafeTensors, checkpoint.Layout);
        Assert.Equal("vampnet.mask on zeros [1,14,50]", checkpoint.Metadata["about"]!.AsText());
        Assert.Equal([1L, 14, 50], checkpoint.Tensors["periodic_p7_w1"].Shape);
        Assert.All(checkpoint.Tensors["periodic_p7_w1"].ToInt64s(), value => Assert.InRange(value, 0, 1));
    }

    [Theory]
    [InlineData("VNC0602", "{\"a\":}")]
    [InlineData("VNC0602", "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}")]
    [InlineData("VNC0602", "{} x")]
    [InlineData("VNC0602", "{\"__metadata__\":{\"k\":1}}")]
    [InlineData("VNC0602", "{\"a\":{\"dtype\":3}}")]
    [InlineData("VNC0602", "{\"a\":[[[[[[[[[]]]]]]]]]}")]
    [InlineData("VNC0603", "{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}")]
    [InlineData("VNC0603", "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"x\":1}}")]
    [InlineData("VNC0603", "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}")]
    [InlineData("VNC0603", "{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}}")]
    [InlineData(
        "VNC0603",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]},\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[2,4]}}"
    )]
    [InlineData("VNC0407", "{\"a\":{\"dtype\":\"Q4\",\"shape\":[1],\"data_offsets\":[0,4]}}")]
    [InlineData("VNC0604", "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,3]}}")]
    [InlineData("VNC0604", "{\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[1,4]}}")]
    [InlineData(
        "VNC0604",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}," + "\"b\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[1,4]}}"
    )]
    [InlineData("VNC0604", "{\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[0,4]}}")]
    [InlineData("VNC0604", "{\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[4,0]}}")]
    [InlineData("VNC0406", "{\"a\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,4]}}")]
    [InlineData("VNC0408", "{\"a\":{\"dtype\":\"U8\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,4]}}")]
    public void Read_AFileThatLies_IsRefused(string id, string header) => Archives.Refused(id, File(header));

    [Theory]
    [InlineData(0)]
    [InlineData(1_000_000)]
    public void Read_AHeaderLengthThatLies_IsRefused(long length)
    {
        byte[] bytes = File("{}");
        BitConverter.TryWriteBytes(bytes, length);

        Archives.Refused("VNC0601", bytes);
    }

    [Fact]
    public void Read_AHeaderBeyondTheLimit_IsRefused() =>
        Archives.Refused("VNC0601", File("{}      "), new CheckpointLimits { SafeTensorsHeaderBytes = 4 });

    [Fact]
    public void Read_MoreTensorsThanAllowed_IsRefused() =>
        Archives.Refused(
            "VNC0603",
            File(
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]},"
                    + "\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[2,4]}}"
            ),
            new CheckpointLimits { Tensors = 1 }
        );

    private static byte[] File(string header) =>
        [.. BitConverter.GetBytes((long)header.Length), .. Encoding.UTF8.GetBytes(header), 1, 2, 3, 4];
}
