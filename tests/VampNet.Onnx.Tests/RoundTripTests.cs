using VampNet.Onnx.Proto;

namespace VampNet.Onnx.Tests;

public sealed class RoundTripTests
{
    [Fact]
    public void ReadThenToBytes_EveryNodeModel_GivesTheSameBytes()
    {
        Assert.Equal(571, GoldenModels.Nodes.Count);
        foreach ((string name, byte[] bytes) in GoldenModels.Nodes)
        {
            using Model model = ModelReader.Read(bytes);
            Assert.True(
                bytes.AsSpan().SequenceEqual(ModelWriter.ToBytes(model)),
                $"{name} changed:\n{ModelProto.Parser.ParseFrom(bytes)}\n{ModelProto.Parser.ParseFrom(ModelWriter.ToBytes(model))}"
            );
        }
    }

    [Theory]
    [InlineData("coarse_torch_export.onnx")]
    [InlineData("c2f_torch_export.onnx")]
    [InlineData("codec_decoder_torch_export.onnx")]
    public void ReadThenToBytes_ForeignModel_GivesTheSameBytes(string name)
    {
        using Model model = ModelReader.Read(GoldenModels.Foreign(name));
        Assert.True(File.ReadAllBytes(GoldenModels.Foreign(name)).AsSpan().SequenceEqual(ModelWriter.ToBytes(model)));
    }

    [Theory]
    [InlineData("coarse_torch_export.onnx")]
    [InlineData("codec_decoder_torch_export.onnx")]
    public void WriteThenRead_WithExternalData_KeepsEverythingButThePlace(string name)
    {
        using TemporaryFolder folder = new();
        using Model model = ModelReader.Read(GoldenModels.Foreign(name));
        ModelWriter.Write(model, folder.File("m.onnx"), new ExternalDataOptions());
        using Model again = ModelReader.Read(folder.File("m.onnx"));
        Assert.Equal(["m.onnx", "m.onnx.data"], folder.FileNames);
        Assert.Equal(ModelWriter.ToBytes(model), ModelWriter.ToBytes(again));
    }
}
