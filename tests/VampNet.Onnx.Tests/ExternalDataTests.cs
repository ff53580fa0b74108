using Google.Protobuf;
using VampNet.Onnx.Proto;
using static VampNet.Onnx.Tests.ModelProtos;

namespace VampNet.Onnx.Tests;

public sealed class ExternalDataTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ExternalDataTests() => File.WriteAllBytes(_folder.File("w.bin"), [.. Enumerable.Range(0, 32).Select(i => (byte)i)]);

    public void Dispose() => _folder.Dispose();

    private static ModelProto Pointing(params (string Key, string Value)[] entries)
    {
        TensorProto tensor = new()
        {
            Name = "w",
            DataType = (int)ElementType.UInt8,
            Dims = { 2, 3 },
            DataLocation = TensorProto.Types.DataLocation.External,
        };
        tensor.ExternalData.AddRange(entries.Select(entry => new StringStringEntryProto { Key = entry.Key, Value = entry.Value }));
        ModelProto model = Model(Node("Identity", "x", "y"));
        model.Graph.Initializer.Add(tensor);
        return model;
    }

    private string Refusal(params (string Key, string Value)[] entries) => RefusalOf(Pointing(entries), _folder.Root);

    [Fact]
    public void Read_OffsetAndLength_GivesThatSlice()
    {
        using Model model = Pointing(("location", "w.bin"), ("offset", "26"), ("length", "6")).Read(_folder.Root);
        Assert.Equal([26, 27, 28, 29, 30, 31], model.Graph.Initializers[0].Constant!.ToBytes());
    }

    [Fact]
    public void Read_TensorOfAnAttribute_IsExternalToo()
    {
        ModelProto pointing = Pointing(("location", "w.bin"));
        NodeProto node = Node("Constant", "", "c")
            .With(
                new AttributeProto
                {
                    Name = "value",
                    Type = AttributeProto.Types.AttributeType.Tensor,
                    T = pointing.Graph.Initializer[0],
                }
            );
        using Model model = Model(node, Node("Identity", "x", "y")).Read(_folder.Root);
        Assert.Equal([0, 1, 2, 3, 4, 5], model.Graph.Nodes[0].Attributes.GetTensor("value")!.ToBytes());
        using Model inline = ModelReader.Read(ModelWriter.ToBytes(model));
        Assert.Equal([0, 1, 2, 3, 4, 5], inline.Graph.Nodes[0].Attributes.GetTensor("value")!.ToBytes());
    }

    [Theory]
    [InlineData("/etc/hostname")]
    [InlineData("../w.bin")]
    [InlineData("sub/../../w.bin")]
    [InlineData("sub\\..\\..\\w.bin")]
    [InlineData("C:\\w.bin")]
    public void Read_PathOutOfTheFolder_IsRefused(string location) =>
        Assert.Equal(DiagnosticIds.ExternalEscapes, Refusal(("location", location)));

    [Fact]
    public void Read_LinkOutOfTheFolder_IsRefused()
    {
        using TemporaryFolder elsewhere = new();
        File.WriteAllBytes(elsewhere.File("secret"), new byte[64]);
        File.CreateSymbolicLink(_folder.File("link.bin"), elsewhere.File("secret"));
        Directory.CreateSymbolicLink(_folder.File("sub"), elsewhere.Root);
        Assert.Equal(DiagnosticIds.ExternalEscapes, Refusal(("location", "link.bin")));
        Assert.Equal(DiagnosticIds.ExternalEscapes, Refusal(("location", "sub/secret")));
    }

    [Fact]
    public void Read_LinkWithinTheFolder_IsFollowed()
    {
        File.CreateSymbolicLink(_folder.File("link.bin"), _folder.File("w.bin"));
        using Model model = Pointing(("location", "link.bin")).Read(_folder.Root);
        Assert.Equal(5, model.Graph.Initializers[0].Constant!.ToBytes()[5]);
    }

    [Fact]
    public void Read_NoSuchFile_IsRefused() => Assert.Equal(DiagnosticIds.ExternalMissing, Refusal(("location", "absent.bin")));

    [Fact]
    public void Read_NoLocation_IsRefused() => Assert.Equal(DiagnosticIds.ExternalMalformed, Refusal(("offset", "0")));

    [Theory]
    [InlineData("-1")]
    [InlineData("1e3")]
    [InlineData("99999999999999999999")]
    [InlineData("")]
    public void Read_OffsetThatIsNoNumber_IsRefused(string offset) =>
        Assert.Equal(DiagnosticIds.ExternalMalformed, Refusal(("location", "w.bin"), ("offset", offset)));

    [Theory]
    [InlineData("27")]
    [InlineData("9223372036854775807")]
    public void Read_BeyondTheEndOfTheFile_IsRefused(string offset) =>
        Assert.Equal(DiagnosticIds.ExternalOutOfRange, Refusal(("location", "w.bin"), ("offset", offset)));

    [Fact]
    public void Read_LengthThatContradictsTheShape_IsRefused() =>
        Assert.Equal(DiagnosticIds.TensorLength, Refusal(("location", "w.bin"), ("length", "7")));

    [Fact]
    public void Read_FromMemoryWithoutFolder_IsRefused() =>
        Assert.Equal(DiagnosticIds.ExternalWithoutFolder, RefusalOf(Pointing(("location", "w.bin"))));

    [Fact]
    public void Read_HugeSparseDataFile_TakesNoMemory()
    {
        using (FileStream stream = File.Create(_folder.File("huge.bin")))
        {
            stream.SetLength(3L << 30);
        }

        TensorProto tensor = new()
        {
            Name = "w",
            DataType = (int)ElementType.UInt8,
            Dims = { 3L << 30 },
            DataLocation = TensorProto.Types.DataLocation.External,
        };
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "huge.bin" });
        ModelProto proto = Model(Node("Identity", "x", "y"));
        proto.Graph.Initializer.Add(tensor);
        long before = GC.GetAllocatedBytesForCurrentThread();
        using Model model = ModelReader.Read(proto.ToByteArray(), _folder.Root);
        Assert.Equal(3L << 30, model.Graph.Initializers[0].Constant!.ByteLength);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }
}
